/* kernel_avx512.c: the kernels for processors with AVX-512 (its parts F, BW, DQ and VL), as kernel_avx2.c. */
#include "kernel.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define KERNEL_TABLE kernels_avx512
#define KERNEL_TABLE_NAME "avx512"
#include "kernel_lanes.h"
#else
const KernelTable kernels_avx512 = {.name = "avx512"};
#endif
