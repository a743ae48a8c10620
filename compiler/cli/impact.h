/* impact.h: what a change does to a population of lines, counted line by line.
**
** Job: `beding impact` decides every line twice, before and after the change, and tells the tally both outcomes. The tally keeps sums, not
** lines. A line *changed* when its decision (approved, rejected, suspended) or its amount did. Every changed line belongs to exactly one
** *cause*, so that the causes add up to the whole to the cent:
**   - the decision differs: the rules that reject or suspend it on one side and not on the other (of an approved side none);
**   - approved twice, and other caps hold: those that hold on one side only;
**   - approved twice under the same caps: the payment of its product, with those caps.
** A cause of several elements is one in which they work together: none of them alone can claim the difference.
** Invariant: memory depends on the number of causes, values and sizes of differences, each of which has a limit, not on that of the lines.
*/
#ifndef BEDING_CLI_IMPACT_H
#define BEDING_CLI_IMPACT_H

#include "beding.h"
#include "compiler/cli/cli.h"

typedef enum ImpactDimension {
    IMPACT_PRODUCT,
    IMPACT_MUNICIPALITY,
    IMPACT_PROVIDER,
    IMPACT_MONTH,                   /* of the line's einddatum */
    IMPACT_COLUMNS,                 /* so far they are columns of the file */
    IMPACT_CHANGE = IMPACT_COLUMNS, /* the changes of the texts that the line's difference is due to: impact_change.h */
    IMPACT_DIMENSIONS
} ImpactDimension;

enum {
    IMPACT_LARGEST = 5,    /* cases kept per cause */
    IMPACT_CLASSES = 6,    /* of the size of a difference, see IMPACT_BOUNDS */
    IMPACT_CAUSES = 1000,  /* beyond these lines fall under cause 0, "other combinations" */
    IMPACT_VALUES = 20000, /* of one dimension; beyond these under value 0, "others" */
    IMPACT_SIGNATURES = 65536
};

/* Class i holds differences below IMPACT_BOUNDS[i] cents, the last all others. */
extern const int64_t IMPACT_BOUNDS[IMPACT_CLASSES - 1];

typedef struct ImpactSums {
    uint64_t lines, more_lines, less_lines; /* changed; with a higher amount, with a lower one */
    int64_t more, less;                     /* cents gained (0 or above) and lost (0 or below) */
} ImpactSums;

/* What one side made of a line. */
typedef struct ImpactOutcome {
    bd_decision decision;
    int64_t cents;
    const uint64_t *reasons; /* bits of that side's rules */
    uint32_t fault;          /* of a FAULTED line */
    bd_settled settled;
    bool is_malformed; /* that side could not read the line */
} ImpactOutcome;

typedef struct ImpactLine {
    Text declaration, number;
    uint64_t file_line;
    Text values[IMPACT_DIMENSIONS]; /* as the file has them; einddatum for the month */
    uint32_t product;               /* of a line that changed: its value in that dimension */
    ImpactOutcome before, after;
} ImpactLine;

/* A line that is shown; its texts are owned by the case. */
typedef struct ImpactCase {
    char *bytes;
    size_t capacity;
    Text declaration, number;
    uint64_t file_line;
    bd_decision decision_before, decision_after;
    int64_t before, after;
    uint32_t cause;
} ImpactCase;

typedef enum ImpactElementKind {
    IMPACT_NOW,       /* a rule decides that did not */
    IMPACT_NO_LONGER, /* a rule decided that does not */
    IMPACT_STILL,     /* a cap that holds on both sides */
    IMPACT_PAYMENT    /* the payment of a product */
} ImpactElementKind;

typedef struct ImpactElement {
    ImpactElementKind kind;
    Text name;        /* of the rule; the code of a fault, "dubbel" and so on; the product */
    bd_effect effect; /* of the rule, NONE for what is no rule */
    uint32_t rule;    /* in the module of the side that has it (after, where both have); BD_NONE for what is no rule */
    bool is_of_after; /* which side's module `rule` is of */
} ImpactElement;

/* How many lines have a difference of about this size, and the first of them. */
typedef struct ImpactBucket {
    int32_t size; /* number of the bucket, see impact_bucket */
    uint64_t count;
    ImpactCase first;
} ImpactBucket;

typedef struct ImpactCause {
    ImpactElement *elements;
    uint32_t element_count; /* 0: other combinations */
    ImpactSums sums;
    uint64_t other_decision;                 /* lines whose decision changed, not only the amount */
    uint64_t class_lines[2][IMPACT_CLASSES]; /* [0] less, [1] more */
    int64_t class_cents[2][IMPACT_CLASSES];
    ImpactSums *by[IMPACT_DIMENSIONS]; /* per value */
    uint32_t by_count[IMPACT_DIMENSIONS];
    ImpactCase largest[IMPACT_LARGEST]; /* the greatest difference first */
    uint32_t largest_count;
    ImpactBucket *buckets; /* a hash table, count 0: free */
    uint32_t bucket_count, bucket_capacity;
    Text evidence;    /* what differs in a case that was traced, lines of text; empty: nothing was */
    Text evidence_of; /* which case, "D1/1" */
    uint64_t traced;  /* the size of its difference */
} ImpactCause;

/* The texts that occur in a dimension; 0 is "others". */
typedef struct ImpactValues {
    Text *names;
    uint32_t count;
    size_t capacity;
    uint32_t *slots; /* a hash table of indexes, 0: free */
    uint32_t slot_count;
    struct ImpactShort *met; /* short texts met lately, by their bytes */
} ImpactValues;

typedef struct ImpactSide {
    const bd_module *module;
    uint32_t words, rule_count;
    uint32_t *classes; /* per rule: a number that rules of one name share, on both sides */
    uint64_t approved, rejected, suspended, faulted, malformed;
    int64_t cents;
} ImpactSide;

typedef struct Impact {
    Cli *cli;
    ImpactSide before, after;
    uint64_t lines;
    uint64_t other_reasons; /* decided the same, to the cent, for other reasons */
    ImpactValues values[IMPACT_DIMENSIONS];
    ImpactCause *causes; /* [0] is "other combinations" */
    uint32_t cause_count;
    struct ImpactSignature *signatures; /* which cause a pair of outcomes has; a hash table */
    uint32_t signature_count;
    uint8_t *key; /* of the signature being looked up, and of the last one */
    size_t key_size;
    uint8_t *last_key;
    uint32_t last_cause;
    uint64_t *set_before, *set_after; /* classes of the reasons of the line at hand */
    uint32_t class_words;
    bool has_overflowed; /* a sum left 64 bits */
} Impact;

void impact_init(Impact *impact, Cli *cli, const bd_module *before, const bd_module *after);

/* Counts a line on both sides. Returns the index of its cause, or BD_NONE when it did not change. line->product is set for one that did. */
uint32_t impact_add(Impact *impact, ImpactLine *line);

/* Counts a line that changed under the cause of that index; line->values[IMPACT_CHANGE] is known by now. */
void impact_count(Impact *impact, uint32_t index, const ImpactLine *line);

/* Ends the counting: causes in order of how much they move (gains and losses together), cause 0 last, and the totals in *total: its elements
** are none, its largest cases those of all causes. */
void impact_finish(Impact *impact, ImpactCause *total);

/* The case in the middle: a line whose difference is, to within 1 %, the median of those that changed. NULL when none did. */
const ImpactCase *impact_median(const ImpactCause *cause);

/* How a decision counts here: a faulted line is a rejected one. */
bd_decision impact_decision(const ImpactOutcome *outcome);

#endif
