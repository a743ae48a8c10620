/* kernel.h: the inner loops of a plan: one small function per operation and width, over the lanes of a chunk.
**
** Job: does arithmetic whose every result the planner (plan_*.c) has proved to fit: no overflow, no index outside its table, no lane
** that needs a second look. So a kernel is a plain loop without a branch. kernel_lanes.h holds the loops; each kernel_*.c compiles them
** for one instruction set, and kernel_table picks the best that the processor has. All tables give the same lanes.
**
** Invariants: lanes is a multiple of KERNEL_LANES, so that a loop has no tail; buffers have room for it, and every lane of an operand
** holds a value within the range that the planner knows. dst is never an operand's buffer.
*/
#ifndef BEDING_KERNEL_H
#define BEDING_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

enum { KERNEL_LANES = 64, KERNEL_TABLE_SMALL = 8, KERNEL_TABLE_MIDDLE = 32, KERNEL_TABLE_LARGE = 128 };

typedef struct Step Step;

/* Returns 0, or not 0 when a lane is outside the range that the plan took for granted. */
typedef uint32_t Kernel(const Step *step, void *const *data, uint32_t lanes);

struct Step {
    Kernel *run;
    uint32_t dst, a, b, c; /* places in data */
    int64_t x, y, z;       /* constants of the operation */
    const void *table;
    uint32_t instruction; /* of the program: what a GENERIC step carries out */
    uint32_t origin;      /* the instruction that it was made for; the number of instructions: for none */
    uint16_t kernel;      /* KernelId */
    bool is_root;         /* must run whether or not its result is used */
};

/* V: a lane of an operand, X: the step's constant. 8, 32 and 64: the width of the lanes that count. */
#define KERNELS_OF_WIDTH(K, W) \
    K(ADD_VV_##W)              \
    K(ADD_VX_##W)              \
    K(SUB_VV_##W)              \
    K(SUB_XV_##W)              \
    K(MUL_VV_##W)              \
    K(MUL_VX_##W)              \
    K(MIN_VV_##W)              \
    K(MAX_VV_##W)              \
    K(EQ_VV_##W)               \
    K(EQ_VX_##W)               \
    K(NE_VV_##W)               \
    K(NE_VX_##W)               \
    K(LT_VV_##W)               \
    K(LE_VV_##W)               \
    K(LT_VX_##W)               \
    K(GT_VX_##W)               \
    K(SELECT_VV_##W)           \
    K(SELECT_VX_##W)           \
    K(SELECT_XV_##W)           \
    K(SELECT_XX_##W)           \
    K(CHECK_##W)               \
    K(CELL_##W)                \
    K(LOAD_##W)                \
    K(LOAD_MASKED_##W)         \
    K(OUT_AMOUNT_##W)

#define KERNELS(K)                                                                                   \
    K(GENERIC) /* no kernel: the column evaluator's function */                                      \
    K(NOTHING)                                                                                       \
    KERNELS_OF_WIDTH(K, 32)                                                                          \
    KERNELS_OF_WIDTH(K, 64)                                                                          \
    K(MUL_WIDE_VV) /* 32 by 32 bits to 64 */                                                         \
    K(MUL_WIDE_VX)                                                                                   \
    K(WIDEN)                                                                                         \
    K(NARROW)                                                                                        \
    K(MUL_ADD)         /* a * x + b */                                                               \
    K(DIVIDE)          /* ((a + x) * y >> 32 + z), a + x not negative */                             \
    K(DIVIDE_WIDE)     /* of 64 bits, shifted right by z >> 8 first; checks that 31 bits are left */ \
    K(MUL_DIVIDE_WIDE) /* the same of a * b, both of 32 bits */                                      \
    K(DIVIDE_SIGNED)   /* the same of a's size, with a's sign */                                     \
    K(BITS)            /* bit a of x, 0 <= a < 32 */                                                 \
    K(BITS_64)         /* the same, 0 <= a < 64 */                                                   \
    K(MEMBER)          /* table[a - x], bytes */                                                     \
    K(CELL_SMALL)      /* table[a - x] of at most KERNEL_TABLE_SMALL, 32 bits */                     \
    K(CELL_MIDDLE)     /* the same of at most KERNEL_TABLE_MIDDLE */                                 \
    K(CELL_LARGE)      /* the same of at most KERNEL_TABLE_LARGE */                                  \
    K(CELL_LARGE_IF)                                                                                 \
    K(CELL_SMALL_IF) /* table[a - x] where b holds, else 0 */                                        \
    K(CELL_MIDDLE_IF)                                                                                \
    K(CELL_32_IF)                                                                                    \
    K(EQ_MUL_VX) /* a * x == b */                                                                    \
    K(LT_MUL_VX)                                                                                     \
    K(GT_MUL_VX)                                                                                     \
    K(EQ_ADD_VX) /* a + x == b */                                                                    \
    K(LT_ADD_VX)                                                                                     \
    K(GT_ADD_VX)                                                                                     \
    K(EQ_MUL_VV) /* a * b == c */                                                                    \
    K(LT_MUL_VV)                                                                                     \
    K(GT_MUL_VV)                                                                                     \
    K(MUL_DIVIDE) /* DIVIDE of a * b */                                                              \
    K(NOT)                                                                                           \
    K(AND)                                                                                           \
    K(OR)                                                                                            \
    K(AND_NOT) /* a and not b */                                                                     \
    K(OR_NOT)                                                                                        \
    K(SELECT_8)                                                                                      \
    K(LOAD_ALL_8) /* no byte is 0 */                                                                 \
    K(LOAD_8)     /* 0 or 1 of any byte; x <= all <= y */                                            \
    K(LOAD_MASKED_8)                                                                                 \
    K(LOAD_NARROW) /* 64 bits to 32 */                                                               \
    K(LOAD_MASKED_NARROW)                                                                            \
    K(FAIL)        /* dst |= a */                                                                    \
    K(RULE_FIRST)  /* dst = a << x */                                                                \
    K(RULE_NEXT)   /* dst |= a << x */                                                               \
    K(OUT_REASONS) /* words of 64 bits from a and b, at x and x + 8 */                               \
    K(OUT_REASONS_OR)                                                                                \
    K(OUT_DECISION)                                                                                  \
    K(OUT_DECISION_8)                                                                                \
    K(OUT_NO_FAULT)

typedef enum KernelId {
#define KERNEL_ENUM(name) KERNEL_##name,
    KERNELS(KERNEL_ENUM)
#undef KERNEL_ENUM
        KERNEL_COUNT
} KernelId;

typedef struct KernelTable {
    const char *name; /* "portable", "avx2" */
    Kernel *run[KERNEL_COUNT];
} KernelTable;

extern const KernelTable kernels_portable;
extern const KernelTable kernels_avx2;   /* empty where the compiler cannot make it */
extern const KernelTable kernels_avx512; /* likewise */

/* The best table for this processor. */
const KernelTable *kernel_table(void);

/* Whether the processor can run a table and the compiler made it. */
bool kernel_table_works(const KernelTable *table);

#endif
