/* test_damage.c - damaged modules: cut at every length, every byte changed, with and without a mended hash.
 *
 * A damaged file is refused, or it loads and then does no harm: it is run over lines, traced and disassembled under the
 * sanitizers.
 */
#include "vm/sample.h"

#include "vm/core/sha256.h"
#include "vm/disasm.h"

static void mend_hash(uint8_t *bytes, size_t size)
{
    size_t hashed = offsetof(FileHeader, sections);
    uint8_t hash[SHA256_SIZE];
    sha256_of(bytes + hashed, size - hashed, hash);
    memcpy(bytes + offsetof(FileHeader, sha256), hash, sizeof hash);
}

static void use(const bd_module *module)
{
    SampleLines lines;
    bd_session *session = NULL;
    const bd_trace *trace;
    bd_options options = {.limits = {.instructions = 1000000, .memory = 16 << 20}};
    Arena arena;
    StringBuilder builder;

    sample_fill(&lines);
    uint64_t reasons[SAMPLE_ROWS * 200];
    lines.decisions.reasons = reasons;
    arena_init(&arena, NULL);
    builder_init(&builder, &arena);
    disasm_module(module, &builder);
    arena_free(&arena);
    bool fits = module->PROGRAMS_count > 0 && module->PROGRAMS[0].columns <= SAMPLE_COLUMNS &&
                module->LISTS_count == 1 && module->LISTS[0].columns <= 1 && bd_module_reason_words(module) <= 200;
    for (uint32_t i = 0; fits && i < module->COLUMNS_count && i < 5; i++)
        fits = module->COLUMNS[i].kind == (i < 2 ? BD_KIND_INT : BD_KIND_SCALED);
    if (!fits || bd_session_new(module, &options, &session, NULL) != BD_OK)
        return; /* the host would have to bring other columns */
    if (sample_prepare(session, NULL) == BD_OK) {
        bd_session_decide(session, &lines.batch, &lines.decisions, NULL);
        for (size_t row = 0; row < SAMPLE_ROWS; row++)
            bd_session_trace(session, &lines.batch, row, &trace, NULL);
    }
    bd_session_free(session);
}

static void test_truncation(const uint8_t *bytes, size_t size)
{
    check_group("truncation");
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = malloc(cut ? cut : 1);
        bd_module *module = NULL;
        bd_error error = {0};
        memcpy(part, bytes, cut);
        bd_status status = bd_module_load(part, cut, NULL, &module, &error);
        CHECK(status == BD_MODULE, "cut at %zu: %s", cut, bd_status_text(status));
        if (cut >= sizeof(FileHeader)) { /* also with a header that agrees with the length */
            ((FileHeader *)(void *)part)->file_size = (uint32_t)cut;
            mend_hash(part, cut);
            CHECK(bd_module_load(part, cut, NULL, &module, &error) == BD_MODULE, "cut at %zu and mended", cut);
        }
        free(part);
    }
}

static void test_flips(const uint8_t *bytes, size_t size)
{
    static const uint8_t masks[] = {0x01, 0xFF};
    uint8_t *copy = malloc(size);
    unsigned loaded = 0;
    check_group("flipped bytes");
    for (size_t at = 0; at < size; at++) {
        for (unsigned i = 0; i < sizeof masks; i++) {
            bd_module *module = NULL;
            memcpy(copy, bytes, size);
            copy[at] ^= masks[i];
            bd_status status = bd_module_load(copy, size, NULL, &module, NULL);
            CHECK(status == BD_MODULE || status == BD_NEWER, "byte %zu: %s", at, bd_status_text(status));
            if (status == BD_OK)
                bd_module_free(module);
            mend_hash(copy, size);
            status = bd_module_load(copy, size, NULL, &module, NULL);
            CHECK(status == BD_MODULE || status == BD_NEWER || status == BD_OK, "byte %zu mended: %s", at,
                  bd_status_text(status));
            if (status == BD_OK) {
                use(module);
                bd_module_free(module);
                loaded++;
            }
        }
    }
    printf("# %u of %zu mended modules load\n", loaded, size * sizeof masks);
    free(copy);
}

static void test_versions(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size);
    bd_module *module = NULL;
    bd_error error = {0};
    check_group("versions");
    memcpy(copy, bytes, size);
    ((FileHeader *)(void *)copy)->minimum_library[1] = BD_VERSION_MINOR + 1;
    CHECK(bd_module_load(copy, size, NULL, &module, &error) == BD_NEWER && strstr(error.message, "0.2.0") &&
              strstr(error.message, "0.1.0"),
          "%s", error.message);
    memcpy(copy, bytes, size);
    ((FileHeader *)(void *)copy)->format = BD_FORMAT_VERSION + 1;
    CHECK(bd_module_load(copy, size, NULL, &module, &error) == BD_NEWER, "%s", error.message);
    CHECK(bd_module_load(copy + 1, size - 1, NULL, &module, &error) == BD_ARGUMENT, "not aligned: %s", error.message);
    CHECK(bd_module_load(NULL, 0, NULL, &module, &error) == BD_ARGUMENT, "no bytes: %s", error.message);
    free(copy);
}

static void test_same_bytes(const uint8_t *bytes, size_t size)
{
    size_t again_size;
    uint8_t *again = sample_bytes(&again_size);
    check_group("the writer");
    CHECK(again_size == size && memcmp(bytes, again, size) == 0, "the same calls give the same bytes");
    free(again);
}

int main(void)
{
    size_t size;
    uint8_t *bytes = sample_bytes(&size);
    test_versions(bytes, size);
    test_same_bytes(bytes, size);
    test_truncation(bytes, size);
    test_flips(bytes, size);
    free(bytes);
    return check_done();
}
