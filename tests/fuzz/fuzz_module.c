/* fuzz_module.c - arbitrary bytes as a module.
 *
 * The first bytes choose the way. 0: the rest is the file, its hash and length mended so that the fuzzer gets past
 * them. Otherwise the rest is a list of changes (offset, value) to a random module that loads: so damaged code is tried
 * as well as damaged headers. What loads is disassembled, decided over generated lines, traced and evaluated, within
 * small limits.
 */
#include "vm/use_module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t module_size = 0;
    uint8_t *bytes;
    bd_module *module = NULL;

    if (size < 4 || size > 1 << 20)
        return 0;
    if (data[0] == 0) {
        module_size = size - 1;
        bytes = malloc(module_size);
        memcpy(bytes, data + 1, module_size);
    } else {
        bytes = random_module(data[0], 4 + data[1] % 40, true, &module_size);
        for (size_t i = 2; i + 4 <= size; i += 4) {
            size_t at = ((size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2]) % module_size;
            bytes[at] ^= data[i + 3];
        }
    }
    mend_module(bytes, module_size);
    if (bd_module_load(bytes, module_size, NULL, &module, NULL) == BD_OK)
        use_module(module);
    bd_module_free(module);
    free(bytes);
    return 0;
}
