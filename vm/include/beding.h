/* beding.h: the public interface of libbeding, the virtual machine of Beding.
**
** A *module* (.bdc) is a compiled agreement. It is immutable once loaded and may be shared by any number of threads. A *session* is
** one thread's evaluation state over one module. A host describes the module to learn which columns it reads, feeds a *batch* of
** lines as columns, and receives for each line a decision, an amount in whole cents and the set of rules that decided it.
**
**     bd_module *module;
**     bd_error error;
**     if (bd_module_load(bytes, size, NULL, &module, &error) != BD_OK) return report(error.message);
**     bd_session *session;
**     if (bd_session_new(module, NULL, &session, &error) != BD_OK) return report(error.message);
**     if (bd_session_prepare(session, &error) != BD_OK) return report(error.message);      // externs, readings, prices
**     bd_session_decide(session, &batch, &decisions, &error);
**
** Promises. Every call returns a status. Nothing here aborts, exits, prints, reads a file, looks at the clock or at the locale.
** All memory comes through the allocator given, and every failing allocation is reported as BD_NOMEM with nothing leaked. A module
** from an untrusted source is either refused by bd_module_load with a reason or runs within its limits.
**
** Text is (pointer, size) in UTF-8 and never ends in a NUL. Text handed out by the library lives as long as the module or session
** it came from; text handed in is read during the call only, unless the function says otherwise.
*/
#ifndef BEDING_H
#define BEDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BD_API __attribute__((visibility("default")))
#else
#define BD_API
#endif

#define BD_VERSION_MAJOR 0
#define BD_VERSION_MINOR 1
#define BD_VERSION_PATCH 0
#define BD_FORMAT_VERSION 1 /* of the module file; a module with a higher one is refused, see docs/module-format.md */

/* ---- Statuses ---- */

/* One row per status: name, and its text in English. */
#define BD_STATUS_MAP(X)                                                                              \
    X(BD_OK, "done")                                                                                  \
    X(BD_NOMEM, "an allocation failed")                                                               \
    X(BD_ARGUMENT, "an argument is not acceptable")                                                   \
    X(BD_STATE, "the call does not fit the state of the session")                                     \
    X(BD_SYNTAX, "the text is not a value of the wanted type")                                        \
    X(BD_RANGE, "a number or date left its range")                                                    \
    X(BD_DIVIDE, "division by zero")                                                                  \
    X(BD_MODULE, "the bytes are not an acceptable module")                                            \
    X(BD_NEWER, "the module needs a newer library")                                                   \
    X(BD_LIMIT, "a limit was reached")                                                                \
    X(BD_NAME, "the module has nothing of that name")                                                 \
    X(BD_MISSING, "something the module declares as extern was not supplied")                         \
    X(BD_FAULT, "the evaluation ended in a fault")                                                    \
    X(BD_ORDER, "lines of a module with counters must come in decision order")                        \
    X(BD_NATIVE, "a native function is not bound, or its signature differs")

typedef enum bd_status {
#define BD_STATUS_ENUM(name, text) name,
    BD_STATUS_MAP(BD_STATUS_ENUM)
#undef BD_STATUS_ENUM
        BD_STATUS_COUNT
} bd_status;

typedef struct bd_text {
    const char *data;
    size_t size;
} bd_text;

/* Details of the last failing call; plain memory owned by the caller. */
typedef struct bd_error {
    bd_status code;
    uint32_t offset;   /* byte offset in the module, instruction index or row, as the message says; 0 if none */
    char message[256]; /* one English sentence, NUL-terminated */
} bd_error;

/* The text of a status, for logs. Never NULL. */
BD_API const char *bd_status_text(bd_status status);

/* "0.1.0". */
BD_API const char *bd_version(void);

/* ---- Memory and limits ---- */

/* The host's allocator, one function for everything:
**   old == NULL               allocate new_size bytes
**   old != NULL, new_size > 0 grow or shrink, old_size as given before; on failure old stays valid
**   new_size == 0             free old (old may be NULL); the result is ignored
** Returns memory aligned for any type, or NULL when there is none. */
typedef struct bd_allocator {
    void *(*reallocate)(void *context, void *old, size_t old_size, size_t new_size);
    void *context;
} bd_allocator;

/* Limits of a session; a field left 0 takes the default. */
typedef struct bd_limits {
    uint64_t instructions; /* lane-instructions per call (an instruction over n lines counts n); default 2^40 */
    size_t memory;         /* bytes a session may hold; default 256 MiB */
    size_t trace;          /* steps in one trace; default 100,000 */
} bd_limits;

typedef struct bd_options {
    const bd_allocator *allocator; /* NULL: the C library's; copied */
    bd_limits limits;
} bd_options;

/* ---- Modules ---- */

typedef struct bd_module bd_module;

/* Checks and opens a module. The bytes are used in place (map the file read-only) and must outlive the module; they must be
** aligned to 8.
**   options  NULL for defaults; only the allocator is read
**   out      set only when BD_OK; to be freed with bd_module_free
**   errors   BD_MODULE with the reason and byte offset, BD_NEWER, BD_NOMEM, BD_ARGUMENT */
BD_API bd_status bd_module_load(const void *bytes, size_t size, const bd_options *options, bd_module **out, bd_error *error);
BD_API void bd_module_free(bd_module *module);

typedef struct bd_module_info {
    bd_text name, title, version;   /* of the agreement, as its file says */
    bd_text language;               /* "nl" or "en": the keywords it was written in */
    int32_t valid_from, valid_to;   /* day numbers; the open ends are BD_DATE_MIN and BD_DATE_MAX */
    uint8_t sha256[32];             /* of the module's content */
    uint64_t cost;                  /* static upper bound: lane-instructions to decide one line */
    uint32_t columns, lists, choices, rules, tables, programs, citations, sites, units, readings;
} bd_module_info;
BD_API void bd_module_describe(const bd_module *module, bd_module_info *out);

#define BD_NONE UINT32_MAX
#define BD_DATE_MIN (-719162) /* 0001-01-01 as days since 1970-01-01 */
#define BD_DATE_MAX 2932896   /* 9999-12-31 */

/* How a column lies in memory. */
typedef enum bd_kind {
    BD_KIND_BOOL = 1, /* uint8_t, 0 or 1 */
    BD_KIND_INT,      /* int32_t: a day number, a month (12 * year + month - 1), a year, the index of a choice's member */
    BD_KIND_SCALED,   /* int64_t: the value times the column's denominator */
    BD_KIND_RATIO,    /* exact ratio; never a column, only a result */
    BD_KIND_TEXT      /* bd_text */
} bd_kind;

/* What a column means to people. */
typedef enum bd_meaning {
    BD_MEANS_BOOLEAN = 1,
    BD_MEANS_NUMBER,
    BD_MEANS_MONEY,    /* euros */
    BD_MEANS_QUANTITY, /* in `unit` */
    BD_MEANS_RATE,     /* euros per `unit` */
    BD_MEANS_DATE,
    BD_MEANS_MONTH,
    BD_MEANS_YEAR,
    BD_MEANS_CHOICE,
    BD_MEANS_TEXT
} bd_meaning;

/* A column that a program reads. Columns of the lines program come first, in the order bd_batch wants them; the columns of list k
** are described by the same array, with `list` set. */
typedef struct bd_column_info {
    bd_text name;        /* as in the CSV header: "begindatum", "toewijzing_volume", "zzp" */
    bd_kind kind;
    bd_meaning meaning;
    int64_t denominator; /* SCALED: stored integer = value * denominator */
    bd_text unit;        /* QUANTITY and RATE; empty when it is the unit of the line's product */
    uint32_t choice;     /* CHOICE: index for bd_choice_find, else BD_NONE */
    uint32_t list;       /* BD_NONE, or the list whose records have it */
    uint32_t program;    /* the program that reads it */
    bool optional;       /* may be absent: the contract tests it, or only some products read it */
} bd_column_info;
BD_API bd_status bd_module_column(const bd_module *module, uint32_t index, bd_column_info *out);

/* A list of records joined to each line: toewijzingen, startberichten, stopberichten, andere_regels or a declared `lijst`. */
typedef struct bd_list_info {
    bd_text name, key; /* key: the line's column on which the records are joined */
    uint32_t maximum;  /* records a line may have at most */
    uint32_t first_column, columns;
} bd_list_info;
BD_API bd_status bd_module_list(const bd_module *module, uint32_t index, bd_list_info *out);

/* Choices: closed enumerations. Choice 0 is the products, choice 1 the units. */
BD_API uint32_t bd_choice_size(const bd_module *module, uint32_t choice);
BD_API bd_text bd_choice_name(const bd_module *module, uint32_t choice);
BD_API bd_text bd_choice_member(const bd_module *module, uint32_t choice, uint32_t member);
/* The member with this name or code; BD_NONE if there is none. */
BD_API uint32_t bd_choice_find(const bd_module *module, uint32_t choice, bd_text name);

typedef struct bd_place {
    bd_text file;          /* as given to the compiler, relative */
    uint32_t line, column; /* from 1; columns count code points */
} bd_place;

typedef struct bd_citation {
    bd_text document, place, quote; /* any may be empty */
} bd_citation;

/* The effect a rule has. NONE: an exception that only takes a rule away. */
typedef enum bd_effect { BD_EFFECT_NONE, BD_EFFECT_REJECT, BD_EFFECT_CAP_VOLUME, BD_EFFECT_CAP_AMOUNT, BD_EFFECT_PAY, BD_EFFECT_SUSPEND } bd_effect;

typedef struct bd_rule_info {
    bd_text name, code, reason; /* code: of the message standard, or empty; reason: text for people */
    bd_effect effect;
    bool built_in;              /* a rule of the language itself: over_tariefgrens, deel_van_eenheid, eenheid_onjuist ... */
    bd_citation citation;
    bd_place place;
} bd_rule_info;
/* Rules in contract order; a decision's reasons are bits in this order. */
BD_API bd_status bd_module_rule(const bd_module *module, uint32_t index, bd_rule_info *out);

/* A table: a tariff, an annex table, a staffel. Dimensions are choices. */
typedef struct bd_table_info {
    bd_text name;
    bd_text label;
    bool is_tariff, is_extern, is_optional, is_maximum; /* optional: a missing key is `ontbreekt` */
    bool is_internal;            /* made by the compiler, such as unit conversions; not the contract's */
    uint32_t product;            /* of a tariff: member of choice 0, else BD_NONE */
    bd_meaning meaning;          /* of a cell */
    bd_text unit;
    uint32_t dimensions;
    uint32_t choice[8];          /* per dimension: its choice, or BD_NONE for text, numbers and dates */
    bd_text dimension_name[8];
    uint32_t versions;
    bd_citation citation;
} bd_table_info;
BD_API bd_status bd_module_table(const bd_module *module, uint32_t index, bd_table_info *out);
/* First and last day of a version. */
BD_API bd_status bd_table_version(const bd_module *module, uint32_t table, uint32_t version, int32_t *from, int32_t *to);
/* One cell of a table that is not extern, as a fraction in lowest terms. members: one index per dimension. BD_MISSING: no cell. */
BD_API bd_status bd_table_cell(const bd_module *module, uint32_t table, uint32_t version, const uint32_t *members, int64_t *numerator,
                               int64_t *denominator);

typedef enum bd_program_kind { BD_PROGRAM_LINES = 1, BD_PROGRAM_CALL } bd_program_kind;
/* Program 0 decides lines; the others are callables such as "definitie.te_declareren" and "tarief.verblijf". */
typedef struct bd_program_info {
    bd_text name;
    bd_program_kind kind;
    uint32_t first_column, columns; /* inputs, as indexes for bd_module_column */
    uint32_t outputs;
    bd_citation citation;
} bd_program_info;
BD_API bd_status bd_module_program(const bd_module *module, uint32_t index, bd_program_info *out);

typedef struct bd_output_info {
    bd_text name; /* empty when the callable has one result */
    bd_kind kind;
    bd_meaning meaning;
    bd_text unit;
    uint32_t choice;
    bool optional;
} bd_output_info;
BD_API bd_status bd_program_output(const bd_module *module, uint32_t program, uint32_t output, bd_output_info *out);

/* Why an evaluation can fault, and where: decisions name a site. */
typedef struct bd_site_info {
    bd_text code; /* "geen_cel", "deling_door_nul", "getalgrens", "datumgrens", "niet_heel", "conflict", "buiten_lijst" */
    bd_text text; /* what was evaluated, from the contract's source */
    uint32_t rule;
    bd_place place;
} bd_site_info;
BD_API bd_status bd_module_site(const bd_module *module, uint32_t index, bd_site_info *out);

/* ---- Values ---- */

/* One value of a row, an input or output of a callable, an operand of a trace. Numbers are exact text: "4667.32", "-3", "1/3". */
typedef struct bd_value {
    bd_meaning meaning;
    bool present;
    bool boolean;
    int32_t integer; /* DATE, MONTH, YEAR, CHOICE (member) */
    uint32_t choice; /* CHOICE: which */
    bd_text text;    /* TEXT, and every kind of number */
    bd_text unit;    /* QUANTITY, RATE */
} bd_value;

/* ---- Sessions ---- */

typedef struct bd_session bd_session;

/* A session over a module, which must outlive it. */
BD_API bd_status bd_session_new(const bd_module *module, const bd_options *options, bd_session **out, bd_error *error);
BD_API void bd_session_free(bd_session *session);

/* Supplies one row of an extern table. keys in declared order; value as decimal text. A key given twice for one date is an error.
** Rows may be added until bd_session_prepare. */
BD_API bd_status bd_session_table_row(bd_session *session, uint32_t table, int32_t valid_from, const bd_text *keys, size_t key_count,
                                      bd_text value, bd_error *error);

/* Binds a C function of the host to a native that the module declares. It must be pure, and stay until the session is freed.
**   signature  the result's letter, then the arguments' in brackets: "i(dd)". i, d: int32_t (an integer; a date as day number); b: bool;
**              n: a number as two int64_t, numerator and denominator in lowest terms; t: const char * and size_t (arguments only)
**   function   takes the arguments in that order and last a pointer to the result (int32_t *, bool *, int64_t[2]); returns an int, 0 when
**              it made a result; otherwise the line faults
**   errors     BD_NAME, BD_NATIVE with both signatures, BD_STATE after bd_session_prepare */
BD_API bd_status bd_session_bind_native(bd_session *session, bd_text name, bd_text signature, void (*function)(void), bd_error *error);

/* Says that an extern table is supplied, even if it has no rows: a look-up in it then finds nothing, where prepare would refuse a table
** that is wholly absent. BD_NAME, BD_STATE after prepare. */
BD_API bd_status bd_session_table_supply(bd_session *session, uint32_t table, bd_error *error);

/* Checks that everything extern was supplied and readies the session. BD_MISSING names the first table that is wholly absent. */
BD_API bd_status bd_session_prepare(bd_session *session, bd_error *error);

typedef struct bd_column_data {
    const void *values;     /* rows values of the column's kind; never NULL when rows > 0. An absent row's value is ignored */
    const uint8_t *present; /* one byte a row, 1 when present; NULL: all present. Ignored for columns that are not optional */
} bd_column_data;

/* A number whose value does not fit its SCALED column (too many decimals, too large): its row is decided from this text. */
typedef struct bd_exact_cell {
    uint32_t row, column;
    bd_text decimal;
} bd_exact_cell;

typedef struct bd_list_data {
    const uint32_t *offsets;       /* rows + 1 entries: line i has the records offsets[i] .. offsets[i+1]-1 */
    const bd_column_data *columns; /* the list's columns in order */
} bd_list_data;

typedef struct bd_batch {
    size_t rows;
    const bd_column_data *columns;   /* the lines program's columns in order */
    const bd_exact_cell *exact;      /* sorted by row */
    size_t exact_count;
    const bd_list_data *lists;       /* one per list */
} bd_batch;

typedef enum bd_decision { BD_APPROVED, BD_REJECTED, BD_SUSPENDED, BD_FAULTED } bd_decision;

/* Results, in arrays of the caller with room for batch.rows. */
typedef struct bd_decisions {
    uint8_t *decision;    /* bd_decision */
    int64_t *cents;       /* granted; 0 unless approved */
    uint64_t *reasons;    /* bd_module_reason_words per row: the rules that decided, bit r % 64 of word r / 64 for rule r */
    uint32_t *fault;      /* site of a FAULTED line, else BD_NONE */
} bd_decisions;

/* Words of 64 rules that bd_decisions.reasons holds for each row; at least 1. */
BD_API uint32_t bd_module_reason_words(const bd_module *module);

/* Decides every row of a batch, of any size. Rows do not influence each other.
**   errors  BD_ARGUMENT, BD_LIMIT, BD_NOMEM; then no result is to be relied on, and the session stays usable */
BD_API bd_status bd_session_decide(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error);

/* Evaluates one callable. inputs: one per column of the program, in order; outputs: program.outputs values, whose text lives until
** the next call on this session. BD_FAULT: error->offset is the site. */
BD_API bd_status bd_session_eval(bd_session *session, uint32_t program, const bd_value *inputs, bd_value *outputs, bd_error *error);

/* ---- Traces ---- */

typedef enum bd_step_kind {
    BD_STEP_INPUT = 1, /* a fact that was read */
    BD_STEP_VALUE,     /* an intermediate value */
    BD_STEP_LOOKUP,    /* a table cell */
    BD_STEP_ROUNDING,  /* operands[0] is the unrounded value */
    BD_STEP_CONDITION, /* a comparison or test */
    BD_STEP_RULE,      /* whether a rule holds for this line */
    BD_STEP_OUTPUT,    /* decision, amount, granted volume */
    BD_STEP_FAULT
} bd_step_kind;

typedef struct bd_step {
    bd_step_kind kind;
    uint32_t instruction;
    uint32_t rule;        /* the rule this step belongs to, BD_NONE for shared ones */
    bd_text label;        /* the expression as the contract writes it */
    bd_value value;
    bd_place place;
    uint32_t operands[3]; /* earlier steps this one was computed from, BD_NONE when fewer */
} bd_step;

typedef struct bd_trace {
    bd_decision decision;
    int64_t cents;
    uint32_t fault;
    const uint64_t *reasons;
    const bd_step *steps;
    size_t step_count;
} bd_trace;

/* Decides row `row` of the batch once more, exactly, and records how. *out lives until the next call on this session. A fault is a
** result here: the steps up to it are recorded. */
BD_API bd_status bd_session_trace(bd_session *session, const bd_batch *batch, size_t row, const bd_trace **out, bd_error *error);

#ifdef __cplusplus
}
#endif
#endif
