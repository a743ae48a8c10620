/* reference.h: a slow, obvious evaluator of the typed core, the oracle against which the compiler's back end and the VM are held.
**
** Job: decides one line at a time by plain recursion over the expressions, step by step as language.md section 5 says. Numbers are GMP
** rationals and dates are counted by routines of its own, so that it shares neither arithmetic nor lowering with what it judges.
** Where the language does not say whether a formula is evaluated at all (the payment of a line that is rejected anyway), its faults are
** only *possible*: the machine may report them or not.
** Lifetime: one Reference per compiled core; results are plain data.
*/
#ifndef BEDING_TESTS_REFERENCE_H
#define BEDING_TESTS_REFERENCE_H

#include <gmp.h>

#include "compiler/core.h"

/* Why a line can fault, as bits; ref_fault_of_code gives the bit of a site's code. */
typedef enum RefFault {
    REF_CELL_MISSING, /* cel_ontbreekt */
    REF_NO_CELL,      /* geen_cel */
    REF_DIVIDE,       /* deling_door_nul */
    REF_NUMBER,       /* getalgrens */
    REF_DATE,         /* datumgrens */
    REF_NOT_WHOLE,    /* niet_heel */
    REF_EMPTY,        /* leeg */
    REF_DAYS,         /* te_veel_dagen */
    REF_CONFLICT,     /* conflict */
    REF_NO_PAYMENT,   /* geen_betaling */
    REF_UNIT,         /* eenheid_past_niet */
    REF_CONTRACTED,   /* contracttarief_boven_maximum */
    REF_PART,         /* deel_van_eenheid, of a cap */
    REF_FAULT_COUNT
} RefFault;

typedef struct RefCell {
    bool present;
    mpq_t number;    /* SCALED columns: the value itself, not scaled */
    int32_t integer; /* booleans, dates, months, years, members */
    Text text;
} RefCell;

typedef struct RefList {
    uint32_t count;
    RefCell **records;
} RefList; /* a record: cells by index of Core.columns */

typedef struct RefLine {
    RefCell *cells; /* by index of Core.columns */
    RefList *lists; /* by index of Core.lists */
} RefLine;

typedef struct RefRow {
    uint32_t table;
    int32_t valid_from;
    Text keys[8];
    Text value;
} RefRow; /* of an extern table of the core */

/* The language's own rules stand behind the contract's in RefResult.reasons. */
enum { REF_RULE_UNIT, REF_RULE_VALIDITY, REF_RULE_PART, REF_RULE_VERSIONS, REF_OWN_RULES };

typedef struct RefResult {
    bd_decision decision;
    mpz_t cents;
    mpq_t computed; /* berekend_bedrag, and the tariff of the line, where there is one; else 0 */
    mpq_t tariff;
    bool *reasons;     /* Core.rule_count + REF_OWN_RULES */
    uint32_t faults;   /* bits of RefFault: these can be reported; empty unless FAULTED */
    uint32_t possible; /* the line may also fault with these */
    bool open; /* suspended, while its amount faults: the language leaves open whether anything asks for that amount */
    bool not_whole; /* the amount is not whole cents: the checker let through what it must not */
} RefResult;

typedef struct Reference {
    const Core *core;
    const RefRow *rows;
    uint32_t row_count;
} Reference;

/* Makes room for a result; ref_result_clear gives it back. */
void ref_result_init(const Reference *reference, RefResult *result);
void ref_result_clear(RefResult *result);

/* Decides one line. Never fails: a line that cannot be decided is FAULTED. */
void ref_decide(const Reference *reference, const RefLine *line, RefResult *result);

/* The bit of a site's code, or 0 for a code that is not known here. */
uint32_t ref_fault_of_code(const char *code, size_t size);

/* Reads -?digits(.digits)? into value; false for anything else. */
bool ref_number_from_text(Text text, mpq_t value);

#endif
