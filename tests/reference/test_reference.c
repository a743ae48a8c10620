/* test_reference.c: generated contracts and the contracts of the tree, decided by the library and by the reference evaluator.
**
** Seeds are 1, 2, 3 … for as long as the time allows (BEDING_SECONDS, 20), or from BEDING_SEEDS=first:count. A difference prints the seed
** and leaves the contract beside the test program; BEDING_MISSES shows what the compiler refuses. With contracts as arguments only these are tried.
*/
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reference/against.h"

static const char *program = "";

enum { LINES = 40, SHIPPED_LINES = 300, MISSES_PERCENT = 20, SECONDS = 20 };

static const char *const SHIPPED[] = {"tests/bench/bw.bdg", "examples/youth-respite/agreement.bdg",
                                      "examples/huishouden/agreement.bdg"};

static bool read_whole(const char *path, char **data, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    long end = ftell(file);
    rewind(file);
    *data = malloc((size_t)end + 1);
    *size = *data ? fread(*data, 1, (size_t)end, file) : 0;
    fclose(file);
    return *data != NULL;
}

static bool read_source(void *context, Text path, const char **data, size_t *size)
{
    char name[1024], *read = NULL, **kept = context;
    if (path.size >= sizeof name)
        return false;
    memcpy(name, path.data, path.size);
    name[path.size] = '\0';
    if (!read_whole(name, &read, size))
        return false;
    *data = read;
    for (int i = 0; i < 64; i++) {
        if (kept[i])
            continue;
        kept[i] = read;
        break;
    }
    return true;
}

static int try_shipped(const char *path)
{
    char *kept[64] = {0};
    Compilation compilation;
    CompileOptions options = {.read = read_source, .read_context = kept, .last = STAGE_MODULE};
    int failed = 0;
    Random random = {7};
    Outcome outcome = {0};
    if (compile_file(&compilation, text_from_cstring(path), &options) != BD_OK || !compilation.module) {
        printf("%s: does not compile\n", path);
        failed = 1;
    } else if (!against_reference(&compilation, &random, SHIPPED_LINES, true, &outcome)) {
        printf("%s: %s\n", path, outcome.difference);
        failed = 1;
    }
    printf("%s: %u lines: %u approved, %u rejected, %u suspended, %u faulted\n", path, outcome.lines, outcome.approved,
           outcome.rejected, outcome.suspended, outcome.faulted);
    compile_free(&compilation);
    for (int i = 0; i < 64; i++)
        free(kept[i]);
    return failed;
}

typedef struct Totals {
    uint32_t contracts, misses, failures;
    Outcome outcome;
} Totals;

static void keep_contract(unsigned long seed, const char *text)
{
    char path[1024];
    const char *slash = strrchr(program, '/');
    snprintf(path, sizeof path, "%.*sreference-%lu.bdg", slash ? (int)(slash - program) + 1 : 0, program, seed);
    FILE *file = fopen(path, "wb");
    if (!file)
        return;
    fwrite(text, 1, strlen(text), file);
    fclose(file);
    printf("    contract in %s\n", path);
}

static void print_first_error(const Compilation *compilation)
{
    for (uint32_t i = 0; i < compilation->diags.count; i++) {
        const Diag *diag = &compilation->diags.items[i];
        if (diag->span.end <= diag->span.begin)
            continue;
        printf("    miss: diagnostic %d at byte %u\n", (int)diag->code, (unsigned)diag->span.begin);
        break;
    }
}

static void try_seed(unsigned long seed, Totals *totals)
{
    Random random = {seed};
    char *text = generate_contract(&random);
    Compilation compilation;
    CompileOptions options = {.last = STAGE_MODULE};
    totals->contracts++;
    bool compiled = compile_text(&compilation, TEXT("gemaakt.bdg"), text_from_cstring(text), &options) == BD_OK &&
                    compilation.module != NULL;
    if (!compiled) {
        totals->misses++;
        if (getenv("BEDING_MISSES")) {
            printf("seed %lu\n", seed);
            print_first_error(&compilation);
            keep_contract(seed, text);
        }
    } else if (!against_reference(&compilation, &random, LINES, seed % 16 == 1, &totals->outcome)) {
        totals->failures++;
        printf("seed %lu: %s\n", seed, totals->outcome.difference);
        keep_contract(seed, text);
    }
    compile_free(&compilation);
    free(text);
}

int main(int argument_count, char **arguments)
{
    program = arguments[0];
    int failed = 0;
    Totals totals = {0};
    unsigned long first = 1, count = 0;
    const char *seeds = getenv("BEDING_SEEDS"), *seconds = getenv("BEDING_SECONDS");
    if (seeds && sscanf(seeds, "%lu:%lu", &first, &count) != 2)
        return 2;
    for (int i = 1; i < argument_count; i++)
        failed |= try_shipped(arguments[i]);
    for (size_t i = 0; i < sizeof SHIPPED / sizeof *SHIPPED && argument_count == 1 && !seeds; i++)
        failed |= try_shipped(SHIPPED[i]);
    time_t end = time(NULL) + (seconds ? atol(seconds) : SECONDS);
    for (unsigned long i = 0; (count ? i < count : time(NULL) < end) && argument_count == 1 && totals.failures < 10;
         i++)
        try_seed(first + i, &totals);
    printf("%u contracts, %u refused by the compiler, %u differ; %u lines: %u approved, %u rejected, %u suspended, %u "
           "faulted\n",
           totals.contracts, totals.misses, totals.failures, totals.outcome.lines, totals.outcome.approved,
           totals.outcome.rejected, totals.outcome.suspended, totals.outcome.faulted);
    bool too_many = totals.contracts >= 20 && totals.misses * 100 > totals.contracts * MISSES_PERCENT;
    if (too_many)
        printf("too many contracts do not compile\n");
    return failed || totals.failures || too_many;
}
