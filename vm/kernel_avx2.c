/* kernel_avx2.c: the kernels for processors with AVX2. CMakeLists.txt compiles this file alone for them; only kernel.c's choice leads
** here. Elsewhere the table is empty. */
#include "kernel.h"

#ifdef __AVX2__
#define KERNEL_TABLE kernels_avx2
#define KERNEL_TABLE_NAME "avx2"
#include "kernel_lanes.h"
#else
const KernelTable kernels_avx2 = {.name = "avx2"};
#endif
