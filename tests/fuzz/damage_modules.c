/* damage_modules.c - damaged modules by the million: no crash, no hang, no leak, nothing read outside.
 *
 *   damage_modules random RUNS SEED [MODULE...]   changed at random, one run after another
 *   damage_modules flip STEP [MODULE...]          every STEP-th byte changed, one bit of it or all
 *   damage_modules cut STEP [MODULE...]           cut off at every STEP-th length
 *
 * Each damaged file gets a hash and a length that agree with it: only the verifier stands between it and the machine.
 * What loads is used (use_module.h). Beside the modules named there are some made of random code, which is where the
 * opcodes are; small modules are damaged more often than large ones, since they cost less.
 *
 * The work is done in a child, so that a crash ends the child and not the report: the parent names the run, and
 * `random 1 SEED+RUN` does that run again. A run longer than ten seconds is a hang. Leaks show when the child ends.
 */
#include "vm/use_module.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MODULES_MAX = 64, RANDOM_MODULES = 24, HANG_SECONDS = 10, SPLICE_MAX = 64, CHANGES_MAX = 8, LISTING_EVERY = 31 };

typedef struct Sample {
    const char *name;
    uint8_t *bytes;
    size_t size;
} Sample;

/* What parent and child share: how far the child is. */
typedef struct Progress {
    uint64_t runs, loaded;
} Progress;

static Sample samples[MODULES_MAX];
static size_t sample_count;
static Progress *progress;

static bool read_sample(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || sample_count == MODULES_MAX) {
        fprintf(stderr, "damage_modules: %s: %s\n", path, file ? "too many modules" : strerror(errno));
        if (file != NULL)
            fclose(file);
        return false;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
    bool is_read = size > 0 && fread(bytes, 1, (size_t)size, file) == (size_t)size;
    fclose(file);
    if (!is_read) {
        fprintf(stderr, "damage_modules: %s: cannot be read\n", path);
        free(bytes);
        return false;
    }
    samples[sample_count++] = (Sample){path, bytes, (size_t)size};
    return true;
}

static void make_samples(void)
{
    for (unsigned i = 0; i < RANDOM_MODULES; i++) {
        Sample *sample = &samples[sample_count++];
        sample->name = "random code";
        sample->bytes = random_module(1 + i, 4 + i * 5 % 60, true, &sample->size);
    }
}

/* Loads the copy and uses what loads. A fresh block of exactly this size lets the sanitizer see the byte after it. */
static void try_module(const uint8_t *bytes, size_t size, bool is_disassembled)
{
    bd_module *module = NULL;
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    mend_module(copy, size);
    alarm(HANG_SECONDS);
    if (bd_module_load(copy, size, NULL, &module, NULL) == BD_OK) {
        if (is_disassembled)
            disassemble(module);
        decide_with(module);
        progress->loaded++;
    }
    bd_module_free(module);
    free(copy);
    progress->runs++;
}

/* Of two draws the smaller module, twice over: a large one comes up in about one run of a hundred. */
static const Sample *pick_sample(Random *random)
{
    const Sample *best = &samples[pick(random, (uint32_t)sample_count)];
    for (int i = 0; i < 3; i++) {
        const Sample *other = &samples[pick(random, (uint32_t)sample_count)];
        best = other->size < best->size ? other : best;
    }
    return best;
}

/* A value that stands at an edge more often than not. */
static uint32_t edge_value(Random *random)
{
    static const uint32_t edges[] = {0,   1,   2,     3,          7,          8,          63,        64,
                                     127, 255, 65535, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE};
    return pick(random, 4) ? edges[pick(random, sizeof edges / sizeof *edges)] : (uint32_t)next_random(random);
}

/* One change. Records are of 32-bit words, so most changes are of a whole word; the header and the section table are
 * small and come up often enough by a draw of their own. */
static void change_bytes(uint8_t *bytes, size_t size, Random *random)
{
    size_t room = pick(random, 8) ? size : size < 512 ? size : 512;
    size_t at = next_random(random) % room;
    size_t word = at & ~(size_t)3;
    uint32_t value;
    if (word + 4 > size)
        word = 0;
    switch (pick(random, 6)) {
    case 0: /* one bit */ bytes[at] ^= (uint8_t)(1u << pick(random, 8)); return;
    case 1: /* one byte */ bytes[at] = (uint8_t)next_random(random); return;
    case 2: /* a word at an edge */ value = edge_value(random); break;
    case 3: /* a little more or less */
        memcpy(&value, bytes + word, 4);
        value += pick(random, 9) - 4;
        break;
    case 4: /* the word of another place */
        memcpy(&value, bytes + (next_random(random) % (size - 3) & ~(size_t)3), 4);
        break;
    default: { /* a stretch of another place */
        size_t count = 4 * (1 + pick(random, SPLICE_MAX / 4));
        size_t from = next_random(random) % size & ~(size_t)3;
        if (from + count <= size && word + count <= size)
            memmove(bytes + word, bytes + from, count);
        return;
    }
    }
    memcpy(bytes + word, &value, 4);
}

static void run_random(uint64_t runs, uint64_t seed)
{
    size_t largest = 0;
    for (size_t i = 0; i < sample_count; i++)
        largest = samples[i].size > largest ? samples[i].size : largest;
    uint8_t *bytes = malloc(largest);
    for (uint64_t run = 0; run < runs; run++) {
        Random random = {.state = (seed + run) * UINT64_C(0xD1342543DE82EF95)};
        const Sample *sample = pick_sample(&random);
        size_t size = sample->size;
        memcpy(bytes, sample->bytes, size);
        for (uint32_t changes = 1 + pick(&random, CHANGES_MAX) * pick(&random, 2); changes > 0; changes--)
            change_bytes(bytes, size, &random);
        if (pick(&random, 32) == 0)
            size -= next_random(&random) % size;
        try_module(bytes, size, true);
    }
    free(bytes);
}

/* Which bits of a byte are flipped: one of the eight or all, by its place. A word has four bytes and nine is odd, so over
 * the records of one kind every byte of a word gets every flip. */
static uint8_t flip_of(size_t at)
{
    unsigned turn = (unsigned)(at % 9);
    return (uint8_t)(turn == 8 ? 0xFF : 1u << turn);
}

/* The listing of a large module costs more than all else together; of flips it is made now and then. */
static void run_flips(size_t step)
{
    for (size_t i = 0; i < sample_count; i++) {
        for (size_t at = 0; at < samples[i].size; at += step) {
            uint8_t kept = samples[i].bytes[at];
            samples[i].bytes[at] = kept ^ flip_of(at);
            try_module(samples[i].bytes, samples[i].size, at % LISTING_EVERY == 0);
            samples[i].bytes[at] = kept;
        }
    }
}

static void run_cuts(size_t step)
{
    for (size_t i = 0; i < sample_count; i++) {
        for (size_t size = 0; size < samples[i].size; size += step)
            try_module(samples[i].bytes, size, true);
    }
}

static void run(const char *mode, uint64_t count, uint64_t seed)
{
    if (strcmp(mode, "random") == 0)
        run_random(count, seed);
    else if (strcmp(mode, "flip") == 0)
        run_flips((size_t)count);
    else
        run_cuts((size_t)count);
}

static int report(const char *mode, uint64_t seed, int state)
{
    printf("%s: %llu damaged modules of %zu, %llu of them accepted by the verifier and used\n", mode,
           (unsigned long long)progress->runs, sample_count, (unsigned long long)progress->loaded);
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
        return 0;
    printf("FAILED: %s in run %llu (seed %llu)\n",
           WIFSIGNALED(state) && WTERMSIG(state) == SIGALRM ? "a hang"
           : WIFSIGNALED(state)                             ? strsignal(WTERMSIG(state))
                                                            : "the child's own report stands above",
           (unsigned long long)progress->runs, (unsigned long long)(seed + progress->runs));
    return 1;
}

int main(int argc, char **argv)
{
    bool is_random = argc > 1 && strcmp(argv[1], "random") == 0;
    int first_module = is_random ? 4 : 3;
    if (argc < first_module || (!is_random && strcmp(argv[1], "flip") != 0 && strcmp(argv[1], "cut") != 0)) {
        fprintf(stderr, "usage: damage_modules random RUNS SEED [MODULE...]\n"
                        "       damage_modules flip|cut STEP [MODULE...]\n");
        return 2;
    }
    uint64_t count = strtoull(argv[2], NULL, 10);
    uint64_t seed = is_random ? strtoull(argv[3], NULL, 10) : 0;
    for (int i = first_module; i < argc; i++) {
        if (!read_sample(argv[i]))
            return 3;
    }
    if (is_random || argc == first_module)
        make_samples();
    if (count == 0)
        return 2;
    FILE *shared = tmpfile();
    if (shared == NULL || ftruncate(fileno(shared), sizeof *progress) != 0)
        return 3;
    progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(shared), 0);
    fclose(shared);
    if (progress == MAP_FAILED)
        return 3;
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        return 3;
    if (child == 0) {
        run(argv[1], count, seed);
        for (size_t i = 0; i < sample_count; i++)
            free(samples[i].bytes);
        exit(0);
    }
    int state = 0;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        ;
    for (size_t i = 0; i < sample_count; i++)
        free(samples[i].bytes);
    return report(argv[1], seed, state);
}
