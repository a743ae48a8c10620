/* amalgamation.h: what the one-file form needs of compilers that are not gcc or clang; put in by vm/amalgamate.py only.
**
** gcc and clang check arithmetic for overflow with builtins, for any type. Elsewhere the functions below stand in, chosen by the type of
** the result: 32 and 64 bits, signed, which is all that the machine asks for. BD_PLAIN_C11 asks for them on any compiler, which is how they
** are tested. A byte order that is not said is taken to be the little-endian one; on another machine every module is refused.
** Invariant: as with the builtins, true means that *out is not the exact result.
*/
#if defined(__GNUC__)
#define BD_INTERNAL __attribute__((unused)) static
#else
#define BD_INTERNAL static
#endif

#if !defined(__GNUC__) || defined(BD_PLAIN_C11)
static inline int bd_add_overflow_64(int64_t a, int64_t b, int64_t *out)
{
    *out = 0;
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
        return 1;
    *out = a + b;
    return 0;
}

static inline int bd_sub_overflow_64(int64_t a, int64_t b, int64_t *out)
{
    *out = 0;
    if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b)
        return 1;
    *out = a - b;
    return 0;
}

static inline int bd_mul_overflow_64(int64_t a, int64_t b, int64_t *out)
{
    *out = 0;
    if (a == 0 || b == 0)
        return 0;
    if (a == -1 || b == -1)
        return bd_sub_overflow_64(0, a == -1 ? b : a, out);
    if ((a > 0) == (b > 0) ? (a > 0 ? a > INT64_MAX / b : a < INT64_MAX / b)
                           : (a > 0 ? b < INT64_MIN / a : a < INT64_MIN / b))
        return 1;
    *out = a * b;
    return 0;
}

#define BD_OVERFLOW_32(name)                                                      \
    static inline int bd_##name##_overflow_32(int64_t a, int64_t b, int32_t *out) \
    {                                                                             \
        int64_t exact;                                                            \
        int bad = bd_##name##_overflow_64(a, b, &exact);                          \
        bad |= exact < INT32_MIN || exact > INT32_MAX;                            \
        *out = bad ? 0 : (int32_t)exact;                                          \
        return bad;                                                               \
    }
BD_OVERFLOW_32(add)
BD_OVERFLOW_32(sub)
BD_OVERFLOW_32(mul)
#undef BD_OVERFLOW_32

#define BD_OVERFLOW(name, a, b, out) \
    _Generic((out), int32_t * : bd_##name##_overflow_32, int64_t * : bd_##name##_overflow_64)((a), (b), (out))
#define __builtin_add_overflow(a, b, out) BD_OVERFLOW(add, a, b, out)
#define __builtin_sub_overflow(a, b, out) BD_OVERFLOW(sub, a, b, out)
#define __builtin_mul_overflow(a, b, out) BD_OVERFLOW(mul, a, b, out)

/* A hint that goes nowhere. */
static inline void bd_prefetch(const void *address, ...)
{
    (void)address;
}
#define __builtin_prefetch bd_prefetch
#define __builtin_cpu_supports(part) 0
#ifndef __BYTE_ORDER__
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
#endif
#endif
