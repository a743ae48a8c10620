/* The compiler with the n-th allocation failing, n = 1, 2, 3 ... until it passes.
**
** Each failure must come back as BD_NOMEM with everything given back, for a text that compiles and for one full of
** mistakes. Afterwards the same call with memory must give the same module as before, byte for byte.
*/
#include <string.h>

#include "compiler/compile.h"
#include "unit/check.h"
#include "unit/counting_allocator.h"

enum { MAX_ALLOCATIONS = 100000 };

static const char GOOD_FILE[] = "tests/bench/bw.bdg";

static const char BAD_TEXT[] = "taal nl\n"
                               "overeenkomst fouten\n"
                               "eenheid uur/uren\n"
                               "product a per uur geldig vanaf 2026-1-5\n"
                               "tarief a € 1.23,4 per uur\n"
                               "regel r keur af als onbekend > 2\n"
                               "regel r betaal tarief × volume + \n";

static char *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    static char bytes[1 << 20];
    *size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return bytes;
}

static bd_status compile_with(Compilation *compilation, Counting *counting, Text text)
{
    bd_allocator allocator = counting_allocator(counting);
    CompileOptions options = {.allocator = &allocator, .last = STAGE_MODULE};
    return compile_text(compilation, TEXT("fout.bdg"), text, &options);
}

static void check_every_failure(Text text, bool compiles)
{
    Counting counting = {0};
    Compilation first;
    CHECK(compile_with(&first, &counting, text) == BD_OK, "with memory it must end well");
    CHECK((first.module != NULL) == compiles, "module %s", first.module == NULL ? "missing" : "made");
    size_t needed = counting.calls;
    CHECK(needed > 0 && needed < MAX_ALLOCATIONS, "%zu allocations", needed);

    for (size_t n = 1; n <= needed && n < MAX_ALLOCATIONS; n++) {
        Counting failing = {.fail_at = n};
        Compilation compilation;
        bd_status status = compile_with(&compilation, &failing, text);
        CHECK(status == BD_NOMEM, "allocation %zu of %zu: status %d", n, needed, (int)status);
        CHECK(compilation.module == NULL, "allocation %zu: a module in spite of it", n);
        compile_free(&compilation);
        CHECK(failing.live == 0, "allocation %zu: %zu bytes kept", n, failing.live);
        CHECK(!failing.size_error, "allocation %zu: a wrong old size", n);
    }

    Counting again = {0};
    Compilation second;
    CHECK(compile_with(&second, &again, text) == BD_OK, "after the failures it must end well");
    CHECK(first.module_size == second.module_size &&
              (first.module_size == 0 || memcmp(first.module, second.module, first.module_size) == 0),
          "another module than before: %zu and %zu bytes", first.module_size, second.module_size);
    compile_free(&second);
    compile_free(&first);
    CHECK(counting.live == 0 && again.live == 0, "bytes kept");
}

int main(void)
{
    check_group("a text that compiles");
    size_t size = 0;
    char *bytes = read_whole(GOOD_FILE, &size);
    if (CHECK(bytes != NULL, "%s cannot be read; run from the repository root", GOOD_FILE)) {
        check_every_failure((Text){bytes, size}, true);
    }
    check_group("a text full of mistakes");
    check_every_failure((Text){BAD_TEXT, sizeof BAD_TEXT - 1}, false);
    return check_done();
}
