/* limits.h - every limit of the system in one place, each with its reason.
 *
 * Layer 0. The compiler, the verifier and the machine read the same constants, so what compiles also loads, and what
 * loads also runs within bounds. A limit is reached with a diagnostic or a status, never with a crash or a cut value.
 * Limits that a host may want lower are fields of the session options; these are the ceilings of those fields.
 */
#ifndef BEDING_CORE_LIMITS_H
#define BEDING_CORE_LIMITS_H

#include <assert.h>
#include <stdint.h>

enum {
    /* Numbers. An unrounded index chain outgrows 128 bits in 7 to 20 years; 4,096 bits carry a century of them. */
    NUMBER_MAX_BITS = 4096,
    /* Digits read from one decimal text: the longest exact decimal that a number of 4,096 bits can have
     * (1,234 before the point, 4,095 after it), so that whatever is printed can be read back. */
    NUMBER_MAX_DIGITS = 5400,

    /* Source text. Spans are 32-bit byte offsets; the largest agreement known is under 1 MiB. */
    SOURCE_MAX_BYTES = 16 * 1024 * 1024,
    SOURCE_MAX_FILES = 256,       /* files of one compilation, imports included */
    NAME_MAX_BYTES = 100,         /* a name must fit in a table cell and in a diagnostic line */
    STRING_MAX_BYTES = 64 * 1024, /* one text literal or one citation */
    PATH_MAX_BYTES = 1024,        /* the path of an import as written */

    /* Depth. Every pass recurses over the tree; the deepest frame is about 300 bytes, so 200 levels stay far from
     * the smallest thread stack in use (128 KiB), also under the sanitizers. */
    EXPRESSION_MAX_DEPTH = 200,
    PARSER_MAX_STACK = 1000, /* bison's stack, 40 bytes an entry on the C stack: some three per nested level */
    IMPORT_MAX_DEPTH = 32,
    CALL_MAX_DEPTH = 64,      /* definitions calling definitions; recursion is refused, so this is a chain */
    EXCEPTION_MAX_DEPTH = 32, /* exceptions to exceptions */
    /* Nodes of a rule or definition when every call and `waar` part is written out: later passes walk all of them, and a chain of
     * definitions that each use the one before twice doubles at every step. The largest agreement known has some 2,000. */
    EXPANSION_MAX_NODES = 1 << 16,

    /* Diagnostics. More than fifty messages are not read, and hostile input must not fill memory with them. */
    DIAGNOSTIC_MAX_COUNT = 50,
    DIAGNOSTIC_MAX_LABELS = 4,

    /* Programs. Operands and jump targets are 16 bits wide; the margin leaves room for markers. */
    PROGRAM_MAX_INSTRUCTIONS = 60000,
    PROGRAM_MAX_SLOTS = 60000,
    PROGRAM_MAX_CONSTANTS = 60000,
    PROGRAM_MAX_CALL_ARGUMENTS = 32,
    MODULE_MAX_BYTES = 256 * 1024 * 1024,
    MODULE_MAX_RULES = 10000,
    MODULE_MAX_NAMES = 60000,

    /* Choices and tables. Coverage of a table is proven cell by cell, so the product of its dimensions is bounded. */
    CHOICE_MAX_MEMBERS = 4096,
    COUNTER_MAX_KEYS = 8, /* columns of one key; agreements need one or two */
    TABLE_MAX_DIMENSIONS = 8,
    TABLE_MAX_CELLS = 1 << 20,
    DOMAIN_MAX_LANES = 1 << 16, /* combinations of choices tried when two conditions are compared */
    UNIT_MAX_COUNT = 256,       /* units of one agreement */

    /* Runs. */
    BATCH_MAX_LANES = 1024,       /* lines in one columnar step: its working set stays in the second level cache */
    LIST_MAX_RECORDS = 100000,    /* ceiling of a declared `ten hoogste` */
    DAY_AGGREGATE_MAX_DAYS = 366, /* days that an aggregate over an interval is counted at */
    TRACE_MAX_BYTES = 64 * 1024 * 1024
};

/* A big number is kept in 32-bit limbs, and byte offsets must leave room for "one past the end". */
static_assert(NUMBER_MAX_BITS % 32 == 0, "numbers end on a limb boundary");
static_assert(SOURCE_MAX_BYTES < INT32_MAX, "source offsets are 32 bits");
static_assert(PROGRAM_MAX_INSTRUCTIONS < UINT16_MAX && PROGRAM_MAX_SLOTS < UINT16_MAX &&
                  PROGRAM_MAX_CONSTANTS < UINT16_MAX && MODULE_MAX_NAMES < UINT16_MAX,
              "operands are 16 bits");
static_assert(CHOICE_MAX_MEMBERS <= DOMAIN_MAX_LANES, "one choice must fit in a domain");

#endif
