/* beding.h: the public interface of libbeding, the virtual machine of Beding.
**
** A *module* (.bdc) is a compiled agreement. It is immutable once loaded and may be shared by any number of threads. A *session* is
** one thread's evaluation state over one module. A host describes the module to learn which columns it reads, feeds a *batch* of
** lines as columns, and receives for each line a decision, an amount in whole cents and the rules that are its reasons. Complete hosts
** stand in examples/: embed_minimal.c, embed_batch.c, embed_native.c.
**
**     bd_module *module;
**     bd_error error;
**     if (bd_module_load(bytes, size, NULL, &module, &error) != BD_OK) return report(error.message);
**     bd_session *session;
**     if (bd_session_new(module, NULL, &session, &error) != BD_OK) return report(error.message);
**     if (bd_session_prepare(session, &error) != BD_OK) return report(error.message);      // extern tables, natives
**     bd_session_decide(session, &batch, &decisions, &error);
**
** Promises. What can fail returns a status. Nothing here aborts, exits, prints, reads a file, looks at the clock or at the locale.
** All memory comes through the allocator given, and every failing allocation is reported as BD_NOMEM with nothing leaked. A module
** from an untrusted source is either refused by bd_module_load with a reason or runs within its limits. After a
** call that fails the session is as usable as before it.
**
** Errors. `error` may be NULL; it is written only by a call that fails. A NULL where something is needed is BD_ARGUMENT, an index that is
** none is BD_NAME. The describing calls have no error: their status says all.
**
** Threads. Calls that take a const bd_module may run at the same time; a session is used by one thread at a time.
**
** Dates are day numbers: days since 1970-01-01 in the Gregorian calendar, continued to both sides. 1 January of year y is day
** 365 * (y - 1) + (y - 1) / 4 - (y - 1) / 100 + (y - 1) / 400 + BD_DATE_MIN.
**
** Text is (pointer, size) in UTF-8 and never ends in a NUL. Text handed out by the library lives as long as the module or session
** it came from; text handed in is read during the call only, unless the function says otherwise. Only an empty text may have NULL.
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
#define BD_VERSION_NUMBER (BD_VERSION_MAJOR * 1000000 + BD_VERSION_MINOR * 1000 + BD_VERSION_PATCH)
#define BD_FORMAT_VERSION 2 /* of the module file; a module with a higher one is refused, see docs/module-format.md */

/* ---- Statuses ---- */

/* One row per status: name, and its text in English. */
#define BD_STATUS_MAP(X)                                                       \
    X(BD_OK, "done")                                                           \
    X(BD_NOMEM, "an allocation failed")                                        \
    X(BD_ARGUMENT, "an argument is not acceptable")                            \
    X(BD_STATE, "the call does not fit the state of the session")              \
    X(BD_SYNTAX, "the text is not a value of the wanted type")                 \
    X(BD_RANGE, "a number or date left its range")                             \
    X(BD_DIVIDE, "division by zero")                                           \
    X(BD_MODULE, "the bytes are not an acceptable module")                     \
    X(BD_NEWER, "the module needs a newer library")                            \
    X(BD_LIMIT, "a limit was reached")                                         \
    X(BD_NAME, "the module has nothing of that name")                          \
    X(BD_MISSING, "something the module declares as extern was not supplied")  \
    X(BD_FAULT, "the evaluation ended in a fault")                             \
    X(BD_ORDER, "lines of a module with counters must come in decision order") \
    X(BD_NATIVE, "a native function is not bound, or its signature differs")   \
    X(BD_LEDGER, "the ledger does not fit, or its storage failed")             \
    X(BD_SIGNATURE, "the module is not signed by a key that is trusted")

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

/* Details of a failing call; plain memory owned by the caller. */
typedef struct bd_error {
    bd_status code;    /* the status that the call returned */
    uint32_t offset;   /* what the message is about: a byte of the module (bd_module_load), a site (BD_FAULT), a
                       ** bd_ledger_problem (BD_LEDGER), a table, an input, a column, list or row of the batch; 0 if none.
                       ** Only the site and the problem are meant for programs */
    char message[256]; /* one English sentence, NUL-terminated */
} bd_error;

/* The text of a status, for logs: NUL-terminated, static, never NULL. */
BD_API const char *bd_status_text(bd_status status);

/* The library's version, "0.1.0": NUL-terminated, static; and as a number, to compare with BD_VERSION_NUMBER of the header that a program was
** compiled with. A library of the same major version with a higher number does all that the program asks; before 1.0 the minor version must
** be the same as well. */
BD_API const char *bd_version(void);
BD_API uint32_t bd_version_number(void);

/* ---- Memory and limits ---- */

/* The host's allocator, one function for everything:
**   old == NULL               allocate new_size bytes
**   old != NULL, new_size > 0 grow or shrink, old_size as given before; on failure old stays valid
**   new_size == 0             free old (old may be NULL); the result is ignored
** Returns memory aligned for any type, or NULL when there is none. Sizes are in bytes. A session calls it from the thread that uses the
** session; one allocator for several sessions must bear that.
**
**     static void *plain(void *context, void *old, size_t old_size, size_t new_size)
**     {
**         if (new_size > 0) return realloc(old, new_size);
**         return free(old), NULL;
**     } */
typedef struct bd_allocator {
    void *(*reallocate)(void *context, void *old, size_t old_size, size_t new_size);
    void *context;
} bd_allocator;

/* Limits of a session; a field left 0 takes the default. A call that would pass one ends with BD_LIMIT. */
typedef struct bd_limits {
    uint64_t instructions; /* lane-instructions per call (an instruction over n lines counts n); default 2^40. For
                           ** a module that the compiler made, 4 * rows * bd_module_info.cost is enough to decide that many rows */
    size_t memory;         /* bytes a session may hold, its extern tables included; default 256 MiB. The rows of a batch
                           ** are decided about a thousand at a time, so it does not grow with them */
    size_t trace;          /* steps in one trace; default 100,000 */
} bd_limits;

typedef struct bd_options {
    const bd_allocator *allocator; /* NULL: the C library's; copied */
    bd_limits limits;
} bd_options;

/* ---- Modules ----
**
**     bd_module_load(bytes, size, NULL, &module, &error);
**     bd_module_program(module, 0, &program);
**     for (uint32_t i = 0; i < program.columns; i++)
**         bd_module_column(module, program.first_column + i, &column);     // batch.columns[i] is to hold this
**
** The describing calls copy a record into *out, whose texts belong to the module. They give BD_OK, BD_NAME for an index beyond the last
** (so that a loop may end on it) or BD_ARGUMENT for a NULL, and then leave *out alone. */

typedef struct bd_module bd_module;

/* Checks and opens a module. The bytes are used in place (map the file read-only) and must not change and outlive the module; they must
** be aligned to 8, as mapped and allocated memory is.
**   size     of the whole file, exactly
**   options  NULL for defaults; only the allocator is read, and copied
**   out      set only when BD_OK; to be freed with bd_module_free
**   errors   BD_MODULE with the reason and byte offset, BD_NEWER, BD_NOMEM, BD_ARGUMENT */
BD_API bd_status bd_module_load(const void *bytes, size_t size, const bd_options *options, bd_module **out,
                                bd_error *error);
/* Frees a module; its sessions must be freed before, the bytes may be after. NULL is allowed. */
BD_API void bd_module_free(bd_module *module);

typedef struct bd_module_info {
    bd_text name, title, version; /* of the agreement, as its file says */
    bd_text language;             /* "nl" or "en": the keywords it was written in */
    int32_t valid_from, valid_to; /* day numbers; the open ends are BD_DATE_MIN and BD_DATE_MAX */
    uint8_t sha256[32];           /* of the module's content */
    uint64_t cost; /* static upper bound: lane-instructions to decide one line, with every list at its longest */
    uint32_t columns, lists, choices, rules, tables, programs, citations, sites, units, readings, notes, counters;
    uint32_t series, indexations, natives;
} bd_module_info;
/* Sets *out; the counts are of everything in the module, so columns are those of lists and callables too. NULL as module gives zeros. */
BD_API void bd_module_describe(const bd_module *module, bd_module_info *out);

#define BD_NONE UINT32_MAX
#define BD_DATE_MIN (-719162) /* 0001-01-01 as days since 1970-01-01 */
#define BD_DATE_MAX 2932896   /* 9999-12-31 */

/* How a column lies in memory: an array of this type, aligned as the type is. */
typedef enum bd_kind {
    BD_KIND_BOOL = 1, /* uint8_t: 0 is no, anything else is yes */
    BD_KIND_INT,    /* int32_t: a day number, a month (12 * year + month - 1), a year, the index of a choice's member */
    BD_KIND_SCALED, /* int64_t: the value times the column's denominator */
    BD_KIND_RATIO,  /* exact ratio; never a column, only a result */
    BD_KIND_TEXT    /* bd_text */
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

/* A column that a program reads. All columns of a module stand in one array: those of a program from bd_program_info.first_column, in
** the order that bd_batch or bd_session_eval wants them; those of a list from bd_list_info.first_column, with `list` set.
** What stands beside a line arrives joined: the boolean columns "toewijzing", "start" and "stop" say whether there is an allocation, a
** start and a stop for it, "toewijzing_volume" and its like are their fields. The host finds them; which ones, docs/language.md says. */
typedef struct bd_column_info {
    bd_text name; /* as in the CSV header: "begindatum", "toewijzing_volume", "zzp" */
    bd_kind kind;
    bd_meaning meaning;
    int64_t denominator; /* SCALED: stored integer = value * denominator (12.50 euros at 100: 1250); other kinds: 1. A
                         ** value that does not fit goes through bd_exact_cell */
    bd_text unit;        /* QUANTITY: empty where a column beside it holds the unit: "volume" is in "eenheid",
                         ** "toewijzing_volume" in "toewijzing_eenheid". RATE: empty where it is that of the tariff */
    uint32_t choice;     /* CHOICE: index for bd_choice_find, else BD_NONE */
    uint32_t list;       /* BD_NONE, or the list whose records have it */
    uint32_t program;    /* the program that reads it */
    bool optional;       /* may be absent: the contract tests it, or only some products read it. Any
                         ** other column has a value in every row */
} bd_column_info;
BD_API bd_status bd_module_column(const bd_module *module, uint32_t index, bd_column_info *out);

/* A list of records joined to each line: toewijzingen, startberichten, stopberichten, andere_regels or a declared `lijst`. */
typedef struct bd_list_info {
    bd_text name, key; /* key: the field of the line on which the host joins the records; it need not be a column */
    uint32_t maximum;  /* records a line may have at most */
    uint32_t first_column, columns; /* the fields of a record, as indexes for bd_module_column */
} bd_list_info;
BD_API bd_status bd_module_list(const bd_module *module, uint32_t index, bd_list_info *out);

/* Choices: closed enumerations; bd_module_info.choices of them. Choice 0 is the products, choice 1 the units. An index that is none, or a
** NULL module, gives size 0 and empty texts. A column holds the member's index:
**
**     product[row] = (int32_t)bd_choice_find(module, 0, name);     // BD_NONE: there is no such product
**     unit[row] = (int32_t)bd_choice_find(module, 1, code); */
BD_API uint32_t bd_choice_size(const bd_module *module, uint32_t choice);
BD_API bd_text bd_choice_name(const bd_module *module, uint32_t choice);
BD_API bd_text bd_choice_member(const bd_module *module, uint32_t choice, uint32_t member);
/* How people call the member: a product's title, a unit's plural, a member's description; empty if the agreement gives none. */
BD_API bd_text bd_choice_label(const bd_module *module, uint32_t choice, uint32_t member);
/* The member with exactly this name or code; BD_NONE if there is none. */
BD_API uint32_t bd_choice_find(const bd_module *module, uint32_t choice, bd_text name);

typedef struct bd_place {
    bd_text file;          /* from the folder of the agreement's main text: the same wherever that lay */
    uint32_t line, column; /* from 1; columns count code points */
} bd_place;

typedef struct bd_citation {
    bd_text document, place, quote; /* any may be empty */
} bd_citation;

/* The effect a rule has. NONE: an exception that only takes a rule away. */
typedef enum bd_effect {
    BD_EFFECT_NONE,
    BD_EFFECT_REJECT,
    BD_EFFECT_CAP_VOLUME,
    BD_EFFECT_CAP_AMOUNT,
    BD_EFFECT_PAY,
    BD_EFFECT_SUSPEND
} bd_effect;

typedef struct bd_rule_info {
    bd_text name, code, reason; /* code: of the message standard, or empty; reason: text for people, or empty */
    bd_effect effect;
    bool built_in;         /* a rule of the language itself: over_tariefgrens, deel_van_eenheid, eenheid_onjuist ... */
    bd_citation citation;  /* all texts empty when there is none */
    bd_place place;        /* line 0 for a built-in rule; that of the judgement for one that holds a line for it */
    uint32_t exception_to; /* the rule that it is an exception to (any version of it), or BD_NONE */
} bd_rule_info;
/* Rules in contract order; a decision's reasons are bits in this order. */
BD_API bd_status bd_module_rule(const bd_module *module, uint32_t index, bd_rule_info *out);

/* A table: a tariff, an annex table, a staffel. Dimensions are choices. */
typedef struct bd_table_info {
    bd_text name;
    bd_text label;
    bool is_tariff, is_extern, is_optional, is_maximum; /* optional: a missing key is `ontbreekt` */
    bool is_internal; /* not to be supplied or shown as a table: unit conversions, figures of a series that stand in the
                        ** module, the prices of an indexed tariff */
    uint32_t product; /* of a tariff: member of choice 0, else BD_NONE */
    bd_meaning meaning; /* of a cell */
    bd_text unit;
    uint32_t dimensions;
    uint32_t choice[8]; /* per dimension: its choice, or BD_NONE for text, numbers and dates */
    bd_text dimension_name[8];
    uint32_t versions;
    bd_text
        shown_unit; /* the unit in which people read this tariff (`toon per`), one of which is so many of `unit`; empty: none */
    int64_t shown_numerator, shown_denominator;
    bd_citation citation;
} bd_table_info;
BD_API bd_status bd_module_table(const bd_module *module, uint32_t index, bd_table_info *out);
/* First and last day of a version, both included; the open ends are BD_DATE_MIN and BD_DATE_MAX. BD_NAME: no such table or version. */
BD_API bd_status bd_table_version(const bd_module *module, uint32_t table, uint32_t version, int32_t *from,
                                  int32_t *to);
/* One cell of a table that is not extern, as a fraction in lowest terms, in euros or in the table's unit.
**   version  below bd_table_info.versions; 0 for a table without versions
**   members  one index per dimension: a member of its choice, or the number of a bracket; may be NULL for a table without dimensions
**   errors   BD_MISSING: no such cell; BD_NAME: no such table, or an extern one; BD_ARGUMENT: no such version or member */
BD_API bd_status bd_table_cell(const bd_module *module, uint32_t table, uint32_t version, const uint32_t *members,
                               int64_t *numerator, int64_t *denominator);

/* A series of published figures: `reeks`. It is also a table with one key, the month or year; an extern one is supplied row by row as any
** other extern table: bd_session_table_row(session, info.table, BD_DATE_MIN, &month, 1, figure, &error). Which figure of several
** that were published for one month counts is for the host to settle first. */
typedef struct bd_series_info {
    bd_text name, label;
    uint32_t table; /* index for bd_module_table */
    uint32_t
        months; /* from one figure to the next: 1, 3 or 12. Keys are months "2018-08" (per quarter its first), or years "2018" at 12 */
    bool is_extern;   /* supplied; else its figures stand in the module */
    bool goes_on;     /* after the last figure that one holds; else a look-up there is a fault */
    uint32_t figures; /* of figures in the module: how many, and the first key (12 * year + month - 1, or the year) */
    int32_t first;
    bd_citation citation;
} bd_series_info;
BD_API bd_status bd_module_series(const bd_module *module, uint32_t index, bd_series_info *out);

/* How the prices of a tariff follow an index: `indexering`. */
typedef struct bd_index_info {
    bd_text name;        /* of the product */
    uint32_t table;      /* the tariff as written, for bd_module_table */
    uint32_t program;    /* the factor, "indexering.NAME", for bd_session_eval */
    int32_t first, last; /* the first moment; none lies after last. Moments are a year apart */
    bd_citation citation;
    bd_place place;
} bd_index_info;
BD_API bd_status bd_module_index(const bd_module *module, uint32_t index, bd_index_info *out);

typedef enum bd_program_kind {
    BD_PROGRAM_LINES = 1,
    BD_PROGRAM_CALL,
    BD_PROGRAM_CREDIT,
    BD_PROGRAM_STEP,
    BD_PROGRAM_EARLIER,
    BD_PROGRAM_FAST
} bd_program_kind;
/* Program 0 decides lines if its kind is BD_PROGRAM_LINES. Behind all others may then stand three more over the same columns: program 0 in a
** shorter form for many lines at once, what lines granted before count, and the rules that judge credits. A BD_PROGRAM_STEP is run by the library itself, in computing prices. All others are
** callables such as "definitie.te_declareren" and "tarief.verblijf". A module without products has callables only. */
typedef struct bd_program_info {
    bd_text name;
    bd_program_kind kind;
    uint32_t first_column, columns; /* inputs, as indexes for bd_module_column */
    uint32_t outputs;
    bd_citation citation;
} bd_program_info;
BD_API bd_status bd_module_program(const bd_module *module, uint32_t index, bd_program_info *out);

/* A counter (`teller`): what was granted before, by key. */
typedef enum bd_counter_kind {
    BD_COUNTER_SUM = 1, /* `som van E`: contributions carry an amount */
    BD_COUNTER_COUNT,   /* `aantal`: each contribution counts one */
    BD_COUNTER_DAYS     /* `dagen van I`: contributions carry a first and last day, the counter is their union */
} bd_counter_kind;

typedef struct bd_counter_info {
    bd_text name;
    bd_counter_kind kind;
    bd_meaning meaning; /* of what it holds */
    bd_text unit;       /* QUANTITY */
    uint32_t keys;      /* columns of its key */
    uint32_t key[8];    /* as indexes for bd_module_column */
    bd_citation citation;
    bd_place place;
} bd_counter_info;
BD_API bd_status bd_module_counter(const bd_module *module, uint32_t index, bd_counter_info *out);

typedef struct bd_output_info {
    bd_text name; /* empty when the callable has one result */
    bd_kind kind;
    bd_meaning meaning;
    bd_text unit;
    uint32_t choice;
    bool optional;
} bd_output_info;
/* Output `output` of a callable, as bd_session_eval fills it. */
BD_API bd_status bd_program_output(const bd_module *module, uint32_t program, uint32_t output, bd_output_info *out);

/* Why an evaluation can fault, and where: decisions name a site. */
typedef struct bd_site_info {
    bd_text
        code; /* "geen_cel", "deling_door_nul", "getalgrens", "datumgrens", "niet_heel", "conflict", "buiten_lijst" */
    bd_text text;  /* what was evaluated, from the contract's source */
    uint32_t rule; /* the rule it belongs to, or BD_NONE */
    bd_place place;
} bd_site_info;
/* Site 0 is the number limit, wherever it was passed. */
BD_API bd_status bd_module_site(const bd_module *module, uint32_t index, bd_site_info *out);

/* A native: a function that the contract declares (`definitie … extern`) and a host binds with bd_session_bind_native. */
typedef struct bd_native_info {
    bd_text name, signature; /* "n(dt)": see bd_session_bind_native */
    bool is_called;          /* somewhere in the module: then prepare wants it bound */
} bd_native_info;
BD_API bd_status bd_module_native(const bd_module *module, uint32_t index, bd_native_info *out);

/* A reading: a question that the text leaves open, as a closed choice that is fixed for a whole session. The module holds all alternatives. */
typedef struct bd_reading_info {
    bd_text name, question, reason; /* reason: why the file chose as it did; it and the question may be empty */
    uint32_t choice, chosen;        /* its alternatives, for bd_choice_member; the one that the file chose */
    bd_citation citation;           /* all texts empty when there is none */
    bd_place place;
} bd_reading_info;
BD_API bd_status bd_module_reading(const bd_module *module, uint32_t index, bd_reading_info *out);

/* What people decide, not rules, and what no file can say. In the order of the text. */
typedef enum bd_note_kind {
    BD_NOTE_JUDGEMENT = 1,   /* `oordeel`: the lines have a column of this name */
    BD_NOTE_POWER,           /* `kan boete`, `kan opschorten`: a right that nobody need use */
    BD_NOTE_NOT_EXPRESSIBLE, /* `niet uitdrukbaar` */
    BD_NOTE_AMENDMENT        /* `wijziging`: a later text that need not hold for every line */
} bd_note_kind;
typedef struct bd_note_info {
    bd_note_kind kind;
    bd_text name; /* of the judgement or power; empty for what is not expressible */
    bd_text
        text; /* the question; what the power is; why nobody can compute it; of an amendment, from when and when not. May be empty
                  ** but for the last two */
    bd_text who; /* of a judgement: the party that decides; may be empty */
    bd_citation citation;
    bd_place place;
} bd_note_info;
BD_API bd_status bd_module_note(const bd_module *module, uint32_t index, bd_note_info *out);

/* ---- Values ---- */

/* One value: an input or output of a callable, a step of a trace. Numbers are exact text: "4667.32", "-3", "1/3"; money and rates are
** written with at least two decimals. As an input only `present` and the field that the column's meaning names are read:
**
**     bd_value date = {.present = true, .integer = day}, amount = {.present = true, .text = {"12.50", 5}}; */
typedef struct bd_value {
    bd_meaning meaning;
    bool present;
    bool boolean;    /* BOOLEAN */
    int32_t integer; /* DATE, MONTH, YEAR, CHOICE (member), as BD_KIND_INT says */
    uint32_t choice; /* CHOICE: which, else BD_NONE */
    bd_text text;    /* TEXT, and every kind of number: NUMBER, MONEY, QUANTITY, RATE */
    bd_text unit;    /* QUANTITY, RATE: its name; empty for the unit of the product */
} bd_value;

typedef struct bd_ledger bd_ledger; /* where decisions and counters are kept: beding_ledger.h */

/* ---- Sessions ----
**
** New, supply what is extern, prepare, then any number of decide, eval and trace in any order, free.
**
**     bd_session_new(module, NULL, &session, &error);
**     bd_session_table_row(session, table, day, &key, 1, (bd_text){"38.40", 5}, &error);     // for each extern table
**     bd_session_bind_native(session, name, (bd_text){"b(d)", 4}, (void (*)(void))is_holiday, &error);
**     bd_session_prepare(session, &error);
*/

typedef struct bd_session bd_session;

/* A session over a module, which must outlive it.
**   options  NULL for defaults; copied
**   out      set only when BD_OK; to be freed with bd_session_free
**   errors   BD_ARGUMENT, BD_NOMEM, BD_LIMIT when not even an empty session fits the memory limit */
BD_API bd_status bd_session_new(const bd_module *module, const bd_options *options, bd_session **out, bd_error *error);
/* Frees a session and all it handed out. NULL is allowed. */
BD_API void bd_session_free(bd_session *session);

/* Supplies one row of an extern table, until bd_session_prepare. Keys and value are copied.
**   table       index for bd_module_table, of one that is_extern
**   valid_from  day number; the row holds until a later one with the same keys. BD_DATE_MIN: always
**   keys        one per dimension, as a data file has them: the name or code of a choice's member, "2025-03-01", "2025-03", "2025", ja or
**               nee, a number, or the text itself
**   value       a decimal number, "38.40", in euros, euros per unit or the table's unit
**   errors      BD_NAME: no such extern table; BD_ARGUMENT: another number of keys, or these keys and date once more; BD_SYNTAX: a key or the
**               value is none; BD_RANGE: valid_from is outside the calendar; BD_STATE: after prepare; BD_LIMIT, BD_NOMEM */
BD_API bd_status bd_session_table_row(bd_session *session, uint32_t table, int32_t valid_from, const bd_text *keys,
                                      size_t key_count, bd_text value, bd_error *error);

/* Binds a C function of the host to a native: a `definitie … extern` of the contract. Binding once more replaces it.
**   name       of the definition
**   signature  the result's letter, then the arguments' in brackets: "n(dt)". b: a boolean, as bool; d: a date, as int32_t; i: a month, a
**              year, or the member of a choice (as argument only), as int32_t; t: a text, as const char * and size_t (as argument only);
**              n: any number, money in euros, a quantity in its unit, as two int64_t: numerator and denominator, in lowest terms.
**              It must be the one that the contract's declaration gives; BD_NATIVE tells both
**   function   takes the arguments in that order and last a pointer to the result (bool *, int32_t *, int64_t[2], which need not be in
**              lowest terms); returns an int, 0 when it made a result; otherwise, or when the result is no value (no date, a denominator
**              below 1), what asked for it faults. It must be pure, return for every argument, and stay until the session is freed. An
**              argument that does not fit, such as a number beyond 64 bits, faults without a call. Texts live during the call
**   errors     BD_NAME: no such native; BD_NATIVE: another signature; BD_STATE: after prepare; BD_ARGUMENT */
BD_API bd_status bd_session_bind_native(bd_session *session, bd_text name, bd_text signature, void (*function)(void),
                                        bd_error *error);

/* Binds the natives of the standard library that the module declares: what its files stdlib.nl.nummers and the like need of C. What it does not
** declare, or declares otherwise, is passed over. A binding of one's own for the same name comes after it, and replaces it.
**   errors     BD_STATE: after prepare; BD_ARGUMENT */
BD_API bd_status bd_session_bind_standard(bd_session *session, bd_error *error);

/* Sets a reading to one of its alternatives, until bd_session_prepare; without it the file's own choice holds.
**   errors   BD_NAME: no such reading, or it has no such alternative; BD_STATE: after prepare; BD_ARGUMENT */
BD_API bd_status bd_session_set_reading(bd_session *session, bd_text name, bd_text alternative, bd_error *error);

/* The alternative that a reading has in this session: a member of bd_reading_info.choice. BD_NONE: no such reading, or a NULL session. */
BD_API uint32_t bd_session_reading(const bd_session *session, uint32_t index);

/* Says that an extern table is supplied, even if it has no rows: a look-up in it then finds nothing, where prepare would refuse a table
** that is wholly absent. BD_NAME: no such extern table; BD_STATE: after prepare; BD_ARGUMENT. */
BD_API bd_status bd_session_table_supply(bd_session *session, uint32_t table, bd_error *error);

/* Checks that everything extern was supplied and readies the session. After a refusal what is missing can still be supplied; a session
** that is prepared already gives BD_OK.
**   errors  BD_MISSING: names the first table that is wholly absent and not optional; BD_NATIVE: names the first function that is called and
**           not bound; BD_LIMIT, BD_NOMEM, BD_ARGUMENT */
BD_API bd_status bd_session_prepare(bd_session *session, bd_error *error);

/* Makes a second session for another thread, ready to decide: with the readings, natives and extern tables of a session that was prepared,
** and without its rows or arrays. The tables are not copied, so `session` must outlive it; both may be used at the same time. The natives
** must bear calls from several threads. Sessions of an agreement with counters share what they count, which takes memory of its own up to the same
** limit: from then on each claims its batches (see beding_ledger.h), nothing else decides, counts or traces lines, and none is made or freed while another is
** at work. A session with a ledger has no second.
**   out     set only when BD_OK; to be freed with bd_session_free
**   errors  BD_ARGUMENT; BD_STATE: not prepared, has a ledger, or has claimed a batch; BD_NOMEM, BD_LIMIT */
BD_API bd_status bd_session_share(const bd_session *session, bd_session **out, bd_error *error);

/* Gives the session a ledger, which must stay open until the session is freed, and serves one session at a time. Without one, lines are only
** compared with those of the same session, nothing is kept, and credits cannot be decided.
**   errors  BD_STATE: after prepare; BD_ARGUMENT */
BD_API bd_status bd_session_set_ledger(bd_session *session, const bd_ledger *ledger, bd_error *error);

/* Says that the last line decided ends its declaration, and keeps in the ledger all that was decided. The library does so itself from time
** to time, only ever between declarations. A session that is freed without it forgets what was not kept; without ledger nothing happens.
**   errors  BD_LEDGER, BD_STATE: not prepared; BD_ARGUMENT */
BD_API bd_status bd_session_commit(bd_session *session, bd_error *error);

/* ---- Prices ----
**
** The prices of indexed tariffs are computed by bd_session_prepare. */

/* One step in the making of a price. */
typedef struct bd_price_step {
    int32_t day;     /* from when; of the first step the start of the written price */
    bool is_written; /* the first step: `price` is what the contract writes */
    bool is_missing; /* the moment has no factor (or none above zero): from `day` on there is no price */
    bool is_guess;   /* it rests on a last figure that goes on (`daarna laatste waarde`) */
    uint32_t site;   /* of a missing step: why the factor faulted, for bd_module_site; else BD_NONE */
    bd_text factor;  /* of the moment, exact: "521/510"; empty for the written price and when missing */
    bd_text exact;   /* before rounding */
    bd_text price;   /* after it; empty when missing */
} bd_price_step;

/* How the price of an indexed tariff on a day came about: the written price and each moment up to that day.
**   table    the tariff, for bd_module_table
**   members  as for bd_table_cell
**   steps    room for `room` of them; texts live until the next call on this session
**   count    how many there are; at most 101. A missing step is the last
**   errors   BD_MISSING: the contract writes no price there; BD_NAME: a table that is not indexed; BD_STATE: not prepared; BD_ARGUMENT: a
**            NULL, or too little room; BD_LIMIT, BD_NOMEM */
BD_API bd_status bd_session_price(bd_session *session, uint32_t table, const uint32_t *members, int32_t day,
                                  bd_price_step *steps, size_t room, size_t *count, bd_error *error);

/* Whether something since bd_session_prepare rested on the last figure of a series that goes on: a look-up in this series, or a price of
** this indexed tariff. For the warning that goes with it. */
BD_API bool bd_session_went_on(const bd_session *session, uint32_t table);

/* ---- Deciding lines ----
**
**     bd_column_data columns[] = {{product, NULL}, {begin, NULL}, {volume, NULL}, {amount, amount_is_present}};
**     bd_batch batch = {.rows = n, .columns = columns};
**     bd_decisions decisions = {.decision = decision, .cents = cents, .reasons = reasons, .fault = fault};
**     if (bd_session_decide(session, &batch, &decisions, &error) == BD_OK && decision[0] == BD_APPROVED) pay(cents[0]);
**
** The library reads a batch in place, during the call. It checks counts and pointers, not values: an index that is no member of its choice,
** or a date outside the calendar, does no harm to the program, but its line is decided as well as can be, and may fault or not. Whoever reads
** lines from outside judges them first, with bd_session_check, or hands over rows or Arrow arrays, whose values are always judged. */
typedef struct bd_column_data {
    const void
        *values; /* rows values of the column's kind; never NULL when rows > 0. An absent row's value is ignored */
    const uint8_t
        *present; /* one byte a row, 0 when absent; NULL: all present. Ignored for columns that are not optional */
} bd_column_data;

/* A number whose value does not fit its SCALED column (too many decimals, too large): its row is decided from this text, and what the
** column's array holds there does not count. A text that is no number makes the line fault. */
typedef struct bd_exact_cell {
    uint32_t row, column; /* column: the place in bd_batch.columns */
    bd_text decimal;      /* "0.00001" */
} bd_exact_cell;

/* The same for a cell of a list. */
typedef struct bd_exact_record {
    uint32_t list, record, column; /* record: the place in the list's arrays; column: in bd_list_data.columns */
    bd_text decimal;
} bd_exact_record;

typedef struct bd_list_data {
    const uint32_t *offsets; /* rows + 1 entries, not falling: line i has the records offsets[i] .. offsets[i+1]-1 */
    const bd_column_data
        *columns; /* the list's columns in order, each with offsets[rows] values; NULL if there are no records */
} bd_list_data;

/* Who the lines are: for sessions that count or have a ledger, which decide lines in order and may know them from an earlier run. Arrays of
** bd_batch.rows texts. A line is one of a municipality, provider, declaration and line number; numbers that differ in leading zeros
** only are the same. A credit takes back a line of the same municipality and provider. */
typedef struct bd_line_ids {
    const int32_t *signed_on; /* dagtekening, as a day number */
    const bd_text *municipality, *provider, *declaration, *line;
    const uint8_t *is_credit;                            /* NULL: none is; else 0 for a debit */
    const bd_text *previous_declaration, *previous_line; /* of credits: the debit; NULL if is_credit is */
    const uint8_t
        *skip; /* NULL, or 1 for a row that is no line, such as one that could not be read: its result says nothing */
} bd_line_ids;

typedef struct bd_batch {
    size_t rows;                   /* below 2^31 */
    const bd_column_data *columns; /* the lines program's columns in order, as bd_module_column describes them */
    const bd_exact_cell *exact;    /* sorted by row; NULL if there are none */
    size_t exact_count;
    const bd_list_data *lists; /* bd_module_info.lists of them, in order; NULL if the module has none */
    const bd_line_ids *ids;    /* needed when the module has counters or the session a ledger; else not read */
    const bd_exact_record *exact_records; /* sorted by list, then record; NULL if there are none */
    size_t exact_record_count;
} bd_batch;

/* FAULTED: nobody can say what the contract gives here, for instance because a table has no such cell; a person must look. */
typedef enum bd_decision { BD_APPROVED, BD_REJECTED, BD_SUSPENDED, BD_FAULTED } bd_decision;

/* What settled a line before the agreement's rules could: it was REJECTED because it came before or is a credit of a line that cannot be
** credited. Such a line has no reasons. */
typedef enum bd_settled {
    BD_SETTLED_BY_RULES, /* not at all: the rules decided */
    BD_SETTLED_DOUBLE,   /* "dubbel": its number was used before, for another line or twice in this run */
    BD_SETTLED_UNKNOWN, /* "credit_onbekend": it credits a line that was not decided before it, or that is a credit itself */
    BD_SETTLED_REJECTED, /* "credit_van_afgekeurd": it credits a line for which nothing was granted */
    BD_SETTLED_CREDITED  /* "credit_dubbel": it credits a line that has been credited */
} bd_settled;
/* "dubbel" and so on; empty for BD_SETTLED_BY_RULES. Static. */
BD_API bd_text bd_settled_name(bd_settled settled);

/* Results, in arrays of the caller with room for batch.rows; the first four are needed. The reasons of a rejected line are all rules that
** rejected it, of a suspended one those that suspended it, of an approved one the caps that lowered it; a faulted line has none. The rule
** that paid is no reason: a trace tells it. */
typedef struct bd_decisions {
    uint8_t *decision; /* bd_decision */
    int64_t *cents;    /* granted; 0 unless approved */
    uint64_t *reasons; /* bd_module_reason_words per row: bit r % 64 of word r / 64 for rule r */
    uint32_t *fault;   /* site of a FAULTED line, for bd_module_site; else BD_NONE */
    uint8_t *settled;  /* bd_settled; may be NULL */
    uint8_t
        *repeated; /* 1: the ledger had the line from an earlier run, and this is what was decided then; may be NULL */
} bd_decisions;

/* Words of 64 rules that bd_decisions.reasons holds for each row; at least 1. */
BD_API uint32_t bd_module_reason_words(const bd_module *module);

/* Decides every row of a batch, of any size. A line that faults does not stop the batch.
** Without counters and without a ledger rows do not influence each other. Otherwise they are decided one after the other, whatever the size
** of batches, and rows must come in decision order, from batch to batch as well: by dagtekening, municipality, provider and declaration
** number (both by their bytes), and line number.
**   errors  BD_ARGUMENT: says what the batch lacks; BD_STATE: not prepared, or the module decides no lines; BD_ORDER: a row comes before the
**           one before it; BD_LEDGER, BD_LIMIT, BD_NOMEM; then no result is to be relied on, and the session stays usable. Of a session
**           with a ledger the declarations since the last commit are then not in it, and are to be offered again; one that counts without
**           ledger has lost its counters, and gives BD_STATE from then on */
BD_API bd_status bd_session_decide(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error);

/* Judges the values of a batch before it is decided: every date, month and year lies in the calendar, every index is a member of its choice,
** every text can be read. Absent values, exact cells and columns that may hold any number are not looked at.
**   errors  BD_RANGE, BD_NAME, BD_ARGUMENT: error->offset is the row of the first such value, or of its record's line; the message names the
**           column. Otherwise those of bd_session_decide for a batch that lacks something */
BD_API bd_status bd_session_check(const bd_session *session, const bd_batch *batch, bd_error *error);

/* ---- Profiles: what a rule costs ----
**
**     bd_session_profile(session, my_clock, NULL, &error);        // uint64_t my_clock(void *context): nanoseconds, rising
**     ... bd_session_decide ...
**     bd_session_profiled(session, &profile, rules, &error);      // rules: one for each of bd_module_info.rules
**
** Looking at the clock takes time of its own, some 20 ns an instruction and batch, which is taken off. */

typedef struct bd_rule_profile {
    uint64_t own_ns; /* what would not be computed without the rule */
    uint64_t all_ns; /* all that it rests on, whichever other rules need it too */
} bd_rule_profile;
typedef struct bd_profile {
    uint64_t shared_ns; /* what more than one rule needs */
    uint64_t other_ns;  /* what none needs by itself: decision, amount, reasons */
    uint64_t exact_ns,
        exact_rows; /* rows that were decided once more, exactly: overflow, faults, cells beyond their scale */
} bd_profile;

/* Times every decision from here on.
**   now     nanoseconds of a clock that does not go back; called often, must not fail
**   errors  BD_ARGUMENT; BD_STATE: the module decides no lines; BD_NOMEM, BD_LIMIT */
BD_API bd_status bd_session_profile(bd_session *session, uint64_t (*now)(void *context), void *context,
                                    bd_error *error);

/* What was timed so far.
**   rules   room for as many as the module has rules
**   errors  BD_ARGUMENT; BD_STATE: not profiled; BD_NOMEM, BD_LIMIT */
BD_API bd_status bd_session_profiled(bd_session *session, bd_profile *out, bd_rule_profile *rules, bd_error *error);

/* Counts lines that were granted before, without judging them: of each, the column `volume` holds what was granted of it and `bedrag` the
** amount. For a history that no ledger holds. With a ledger the lines are stored as approved. Rows come in decision order, before those
** that are decided.
**   errors  as bd_session_decide; BD_FAULT: what a line counts cannot be computed, error->offset is the site */
BD_API bd_status bd_session_count(bd_session *session, const bd_batch *batch, bd_error *error);

/* Evaluates one callable.
**   program  index for bd_module_program, of kind BD_PROGRAM_CALL
**   inputs   one per column of the program, in order; read as bd_value says
**   outputs  room for bd_program_info.outputs values; of use only when BD_OK. Their text lives until the next call on this session
**   errors   BD_MISSING: an input that is not optional is absent; BD_SYNTAX, BD_RANGE: an input is no value of its type; BD_FAULT: the
**            contract gives no answer, error->offset is the site; BD_NAME: no such callable; BD_STATE: not prepared; BD_ARGUMENT, BD_LIMIT,
**            BD_NOMEM
**
**     bd_value input = {.present = true, .text = {"90", 2}}, output;
**     if (bd_session_eval(session, program, &input, &output, &error) == BD_OK)
**         printf("%.*s\n", (int)output.text.size, output.text.data); */
BD_API bd_status bd_session_eval(bd_session *session, uint32_t program, const bd_value *inputs, bd_value *outputs,
                                 bd_error *error);

/* ---- Traces ----
**
**     bd_session_trace(session, &batch, row, &trace, &error);
**     for (size_t i = 0; i < trace->step_count; i++)
**         show(&trace->steps[i].label, &trace->steps[i].value, trace->steps[i].operands);
**
** Steps stand in the order of computing. All that was computed is there, also for rules that do not hold; who wants the reasons of one
** rule or of the amount starts at its step and follows the operands back. */

typedef enum bd_step_kind {
    BD_STEP_INPUT = 1, /* a fact that was read; value.present is false where it is absent */
    BD_STEP_VALUE,     /* an intermediate value */
    BD_STEP_LOOKUP,    /* a table cell */
    BD_STEP_ROUNDING,  /* operands[0] is the unrounded value */
    BD_STEP_CONDITION, /* a comparison or test */
    BD_STEP_RULE,      /* whether a rule holds for this line; a rule that is no more than its condition has no
                       ** such step, and its last CONDITION step says it */
    BD_STEP_OUTPUT,    /* the amount granted */
    BD_STEP_FAULT,     /* the last step of a faulted line: what could not be computed */
    BD_STEP_COUNTER    /* what a counter held before the line */
} bd_step_kind;

typedef struct bd_step {
    bd_step_kind kind;
    uint32_t instruction; /* in the program's code, as `beding dis` numbers it */
    uint32_t rule;        /* the rule that first asked for this step, BD_NONE for shared ones */
    bd_text label;        /* the expression as the contract writes it */
    bd_value value;
    bd_place place;
    uint32_t operands[3]; /* the nearest earlier steps this one was computed from, as indexes of steps; BD_NONE when
                          ** fewer. Of a list that was counted or summed, the first three records that counted */
} bd_step;

typedef struct bd_trace {
    bd_decision decision; /* these four as in bd_decisions, for this row */
    int64_t cents;
    uint32_t fault;
    const uint64_t *reasons; /* bd_module_reason_words of them */
    const bd_step *steps;
    size_t step_count;
} bd_trace;

/* Decides row `row` of the batch once more, exactly, and records how: the same decision as bd_session_decide gives. A fault is a result
** here: the steps up to it are recorded. For many lines bd_session_record (beding_data.h) is many times as fast.
**   row     below batch->rows
**   out     set when BD_OK, and when there were more steps than limits.trace: then with the decision and the first steps, which may end
**           before the rules that decided. The trace and its texts live until the next call on this session
**   errors  BD_ARGUMENT, BD_STATE as for bd_session_decide; BD_LIMIT: more steps than limits.trace, or another limit; BD_NOMEM */
BD_API bd_status bd_session_trace(bd_session *session, const bd_batch *batch, size_t row, const bd_trace **out,
                                  bd_error *error);

#ifdef __cplusplus
}
#endif

#include "beding_data.h"
#include "beding_ledger.h"

#endif
