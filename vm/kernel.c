/* kernel.c: which kernels this processor runs. */
#include "kernel.h"

#include <stddef.h>

static bool has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

static bool has_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

bool kernel_table_works(const KernelTable *table)
{
    if (table->run[KERNEL_NOTHING] == NULL)
        return false;
    return (table != &kernels_avx2 || has_avx2()) && (table != &kernels_avx512 || has_avx512());
}

const KernelTable *kernel_table(void)
{
    if (kernel_table_works(&kernels_avx512))
        return &kernels_avx512;
    return kernel_table_works(&kernels_avx2) ? &kernels_avx2 : &kernels_portable;
}
