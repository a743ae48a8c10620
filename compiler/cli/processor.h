/* processor.h: what the processor can do, for what scans text with its vectors; see csv_scan.c and json_scan.c. */
#ifndef BEDING_CLI_PROCESSOR_H
#define BEDING_CLI_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__)
/* AVX2, and the instructions on single bits that came with it. */
static inline bool processor_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}
#endif

#endif
