/* module.h: the layout of a .bdc file, and the opened module.
**
** The file is what the structs below are: little-endian records without padding, in sections of 8-aligned offsets, referring to each
** other by index only. docs/module-format.md says the same in words. A host maps the file and this code reads it in place; nothing
** may look at a record before module_open has checked every section's bounds and verify_module every reference.
*/
#ifndef BEDING_MODULE_H
#define BEDING_MODULE_H

#include "beding.h"
#include "core/arena.h"
#include "core/text.h"

#define MODULE_MAGIC "BEDING\r\n" /* a text-mode transfer breaks it visibly */
#define NO_SLOT 0xFFFFu

typedef struct Str {
    uint32_t offset, size;
} Str; /* into the strings section */

/* The sections in file order: name, record type. */
#define MODULE_SECTIONS(X)                                                \
    X(STRINGS, char)                                                      \
    X(INFO, InfoRecord)                                                   \
    X(DOCUMENTS, DocumentRecord)                                          \
    X(CITATIONS, CitationRecord)                                          \
    X(CHOICES, ChoiceRecord)                                              \
    X(MEMBERS, MemberRecord)                                              \
    X(ALIASES, AliasRecord)                                               \
    X(COLUMNS, ColumnRecord)                                              \
    X(LISTS, ListRecord)                                                  \
    X(TABLES, TableRecord)                                                \
    X(DIMENSIONS, DimensionRecord)                                        \
    X(VERSIONS, VersionRecord)                                            \
    X(CELLS, int64_t)                                                     \
    X(CELL_BITS, uint64_t) /* bit i % 64 of word i / 64: cell i exists */ \
    X(RULES, RuleRecord)                                                  \
    X(PROGRAMS, ProgramRecord)                                            \
    X(OUTPUTS, OutputRecord)                                              \
    X(TYPES, TypeRecord)                                                  \
    X(DOMAINS, DomainRecord)                                              \
    X(CONSTANTS, ConstantRecord)                                          \
    X(ROUNDINGS, RoundingRecord)                                          \
    X(SETS, SetRecord)                                                    \
    X(SET_WORDS, uint64_t)                                                \
    X(BRACKETS, BracketRecord)                                            \
    X(NATIVES, NativeRecord)                                              \
    X(CALLS, CallRecord)                                                  \
    X(CALL_ARGS, uint16_t)                                                \
    X(CODE, Instruction)                                                  \
    X(SITES, SiteRecord)                                                  \
    X(SOURCE_MAP, PlaceRecord)                                            \
    X(NOTES, NoteRecord)                                                  \
    X(READINGS, ReadingRecord)                                            \
    X(COUNTERS, CounterRecord)                                            \
    X(COUNTER_KEYS, uint32_t)                                             \
    X(SERIES, SeriesRecord)                                               \
    X(INDEXATIONS, IndexRecord)                                           \
    X(LEVELS, int32_t) /* of indexations: day numbers */                  \
    X(MEANINGS, MeaningRecord)                                            \
    X(PHRASES, PhraseRecord)                                              \
    X(PHRASE_PARTS, uint32_t)

typedef enum SectionId {
#define SECTION_ENUM(name, type) SECTION_##name,
    MODULE_SECTIONS(SECTION_ENUM)
#undef SECTION_ENUM
        SECTION_COUNT
} SectionId;

typedef struct SectionRecord {
    uint32_t offset, count;
} SectionRecord; /* offset from the file's start; count of records */

typedef struct FileHeader {
    char magic[8];
    uint16_t format;             /* BD_FORMAT_VERSION of the writer */
    uint16_t minimum_library[3]; /* major, minor, patch */
    uint32_t file_size;
    uint32_t section_count; /* SECTION_COUNT */
    uint32_t reserved[2];   /* 0 */
    uint8_t sha256[32];     /* of all bytes after this header */
    SectionRecord sections[SECTION_COUNT];
} FileHeader; /* the sha256 covers everything from sections[] on */

typedef struct InfoRecord {
    Str name, title, version, language, origin;
    int32_t valid_from, valid_to;
    uint64_t cost;
} InfoRecord;

typedef struct DocumentRecord {
    Str name, title;
    uint32_t rank; /* 0: without rank */
    uint32_t reserved;
} DocumentRecord;
typedef struct CitationRecord {
    Str place, quote;
    uint32_t document; /* BD_NONE: none */
    uint32_t reserved;
} CitationRecord;

/* Choice 0 is the products, 1 the units; then the contract's own. */
typedef struct ChoiceRecord {
    Str name;
    uint32_t first_member, members;
    uint32_t first_alias, aliases;
} ChoiceRecord;
typedef struct MemberRecord {
    Str name, label;
} MemberRecord;
typedef struct AliasRecord {
    Str text;
    uint32_t member;
    uint32_t reserved;
} AliasRecord; /* a product's or unit's code; sorted by text within the choice */

enum {
    COLUMN_OPTIONAL = 1,
    COLUMN_GROUP = 2
}; /* GROUP: BOOL "toewijzing", "start", "stop": whether the joined record exists */
typedef struct ColumnRecord {
    Str name;
    uint8_t kind, meaning; /* bd_kind, bd_meaning */
    uint16_t flags;
    uint32_t unit;   /* member of choice 1, or BD_NONE */
    uint32_t choice; /* or BD_NONE */
    uint32_t list;   /* or BD_NONE */
    int64_t denominator;
    uint32_t program, reserved;
} ColumnRecord;

typedef struct ListRecord {
    Str name, key;
    uint32_t maximum, first_column, columns, reserved;
} ListRecord;

enum { TABLE_TARIFF = 1, TABLE_EXTERN = 2, TABLE_OPTIONAL = 4, TABLE_MAXIMUM = 8, TABLE_INTERNAL = 16 };
typedef struct TableRecord {
    Str name, label;
    uint16_t flags;
    uint8_t kind, meaning;          /* of a cell: BD_KIND_INT, BD_KIND_SCALED */
    uint32_t unit, choice, product; /* or BD_NONE */
    int64_t denominator;
    uint32_t first_dimension, dimensions;
    uint32_t first_version, versions;
    uint32_t first_cell, cells; /* dense: [version][dimension 0]...; cell bits share the index */
    uint32_t citation, place;
    uint32_t shown_unit, reserved;              /* a tariff that people read per another unit; */
    int64_t shown_numerator, shown_denominator; /* one of which is so many of `unit`; 0 / 0: none */
} TableRecord;

/* A table that is a series: extern, with one key, a month or (step 12) a year. Figures in the module are the cells from first_cell, for
** the keys from `first` on. */
enum { SERIES_GOES_ON = 1, SERIES_IN_MODULE = 2 };
typedef struct SeriesRecord {
    uint32_t table, flags;
    uint32_t step; /* months from one figure to the next: 1, 3 or 12 */
    int32_t first;
    uint32_t first_cell, cells;
} SeriesRecord;

/* How the prices of one tariff follow an index: see index.h. */
typedef struct IndexRecord {
    Str name;
    uint32_t base, derived;           /* tables; derived is internal and extern, with the dimensions of base */
    uint32_t factor, rounding, chain; /* programs: date -> number, amount (and date) -> amount, (date) -> boolean */
    int32_t first, last;              /* the first moment; none lies after `last` */
    uint32_t first_level, levels;     /* per version of base; of an extern base one */
    uint32_t citation, place;
} IndexRecord;

typedef struct DimensionRecord {
    Str name;
    uint8_t kind, meaning; /* INT with choice: dense; other kinds only in extern tables and brackets */
    uint16_t reserved;
    uint32_t choice, size; /* size: members or brackets */
} DimensionRecord;

typedef struct VersionRecord {
    int32_t from, to;
    uint32_t citation, place;
} VersionRecord; /* rising, not overlapping, within a table */

enum { RULE_BUILT_IN = 1, RULE_POWER = 2 };
typedef struct RuleRecord {
    Str name, code, reason;
    uint16_t effect, flags;
    uint32_t citation, place, document;
    int32_t valid_from, valid_to;
    uint32_t exception_to; /* the rule that it is an exception to, or BD_NONE */
} RuleRecord;

typedef struct ProgramRecord {
    Str name;
    uint32_t kind; /* bd_program_kind */
    uint32_t first_column, columns;
    uint32_t first_output, outputs;
    uint32_t first_domain,
        domains; /* domain 0 of a program is its lines (or the one call); children follow their parents */
    uint32_t first_instruction, instructions;
    uint32_t slots;
    uint32_t citation;
} ProgramRecord;

typedef struct OutputRecord {
    Str name;
    uint32_t type;
    uint32_t unit, choice;
    uint8_t meaning, optional;
    uint16_t reserved;
} OutputRecord;

/* The type of a slot's content: kind, domain (within the program) and static denominator (SCALED only, else 1). */
typedef struct TypeRecord {
    uint16_t kind, domain;
    uint32_t reserved;
    int64_t denominator;
} TypeRecord;

enum { DOMAIN_LINES = 1, DOMAIN_LIST, DOMAIN_DAYS };
typedef struct DomainRecord {
    uint16_t kind, parent;
    uint32_t list;
    uint32_t maximum;
    uint32_t reserved;
} DomainRecord;

typedef struct ConstantRecord {
    int64_t numerator,
        denominator; /* SCALED: numerator over the type's denominator; RATIO: lowest terms; INT, BOOL: numerator; PERIOD: length, anchor */
    Str text;
    uint32_t kind, reserved; /* bd_kind; 0 for a PERIOD pair */
} ConstantRecord;

typedef struct RoundingRecord {
    uint32_t mode, reserved;
    int64_t step_numerator, step_denominator;
} RoundingRecord;
typedef struct SetRecord {
    uint32_t first_word, words;
} SetRecord;
typedef struct BracketRecord {
    uint32_t first_cell, count;
} BracketRecord; /* upper bounds in CELLS, rising, in the operand's denominator */

typedef struct NativeRecord {
    Str name, signature;
} NativeRecord;
typedef struct CallRecord {
    uint32_t native, first_arg, args;
} CallRecord;

typedef struct Instruction {
    uint16_t op, dst; /* opcode; slot, or NO_SLOT */
    uint16_t type;    /* of dst; of nothing when dst is NO_SLOT */
    uint16_t a, b, c; /* operand slots; c is the guard where opcodes.def says so */
    uint32_t imm;
    uint32_t place; /* into SOURCE_MAP, BD_NONE when the instruction is not the contract's */
    uint32_t site;  /* into SITES, BD_NONE when it cannot fault */
} Instruction;      /* 24 bytes */

typedef struct SiteRecord {
    Str code;
    uint32_t place, rule;
} SiteRecord;

/* Where an instruction comes from. step: the bd_step_kind it shows as in a trace, 0 for none. unit and choice tell how its value reads. */
typedef struct PlaceRecord {
    Str file, label;
    uint32_t line, column;
    uint32_t rule, citation;
    uint8_t step, meaning;
    uint16_t reserved;
    uint32_t unit, choice, reserved2;
} PlaceRecord;

enum { NOTE_JUDGEMENT = BD_NOTE_JUDGEMENT, NOTE_POWER, NOTE_NOT_EXPRESSIBLE, NOTE_AMENDMENT };
/* What people, not rules, decide: judgements, powers, clauses that are not expressible. And the amendments. */
typedef struct NoteRecord {
    uint32_t kind, citation;
    Str name, text, who; /* who: decides a judgement */
    uint32_t place, reserved;
} NoteRecord;

/* A constant of the session: a choice, and the member that the file takes. */
typedef struct ReadingRecord {
    Str name, question, reason;
    uint32_t choice, chosen;
    uint32_t citation, place;
} ReadingRecord;

/* kind: bd_counter_kind. Keys are columns of program 0, TEXT, INT of a choice or SCALED; none is optional in meaning. */
typedef struct CounterRecord {
    Str name;
    uint8_t kind, meaning;
    uint16_t reserved;
    uint32_t unit;       /* member of choice 1, or BD_NONE */
    int64_t denominator; /* of what is counted; 1 unless it is a sum */
    uint32_t first_key, keys;
    uint32_t citation, place;
} CounterRecord;

/* What the agreement says, one thing a record, for comparing two versions: no evaluator reads it. name, in the file of the agreement, is
** what the thing is called; sub one of several within it (a cell, a unit class, a result). Equal digests mean the same, whatever the texts;
** a digest of an expression is of all that it calls too (compiler/canonical.h). text shows it to people, in the words of the file. */
#define MEANING_KINDS(X)        \
    X(AGREEMENT, "agreement")   \
    X(DOCUMENT, "document")     \
    X(PARTY, "party")           \
    X(UNIT, "unit")             \
    X(CHOICE, "choice")         \
    X(READING, "reading")       \
    X(JUDGEMENT, "judgement")   \
    X(NOTE, "note")             \
    X(AMENDMENT, "amendment")   \
    X(CALENDAR, "calendar")     \
    X(COLUMN, "column")         \
    X(LIST, "list")             \
    X(PRODUCT, "product")       \
    X(TARIFF, "tariff")         \
    X(TABLE, "table")           \
    X(SERIES, "series")         \
    X(INDEXATION, "indexation") \
    X(DEFINITION, "definition") \
    X(PENALTY, "penalty")       \
    X(SUSPENSION, "suspension") \
    X(TERM, "term")             \
    X(OBLIGATION, "obligation") \
    X(COUNTER, "counter")       \
    X(RULE, "rule")
#define MEANING_PARTS(X)           \
    X(ITSELF, "itself")            \
    X(TITLE, "title")              \
    X(VALIDITY, "validity")        \
    X(RANK, "rank")                \
    X(ROLE, "role")                \
    X(STANDARD, "standard")        \
    X(ORIGIN, "origin")            \
    X(REFERENCE, "reference_date") \
    X(UNIT, "unit")                \
    X(SHOWN, "shown_unit")         \
    X(CODES, "codes")              \
    X(MEMBERS, "members")          \
    X(QUESTION, "question")        \
    X(CHOSEN, "chosen")            \
    X(REASON, "reason")            \
    X(WHO, "who")                  \
    X(TYPE, "type")                \
    X(KEY, "key")                  \
    X(MAXIMUM, "maximum")          \
    X(FIELDS, "fields")            \
    X(DIMENSIONS, "dimensions")    \
    X(KIND, "kind")                \
    X(CELL, "cell")                \
    X(LEVEL, "price_level")        \
    X(MOMENT, "moment")            \
    X(FACTOR, "factor")            \
    X(CHAIN, "chain")              \
    X(ROUNDING, "rounding")        \
    X(INPUTS, "inputs")            \
    X(ORDER, "input_order")        \
    X(EFFECT, "effect")            \
    X(PRODUCTS, "products")        \
    X(CONDITION, "condition")      \
    X(AMOUNT, "amount")            \
    X(OUTPUT, "output")            \
    X(DEMAND, "demand")            \
    X(MESSAGE, "message")          \
    X(EXCEPTION, "exception_to")   \
    X(OVER, "departs_from")        \
    X(CREDIT, "also_credit")       \
    X(FOLLOWS, "follows")          \
    X(CODE, "return_code")         \
    X(CITATION, "citation")        \
    X(QUOTE, "quote")              \
    X(USES, "uses")
typedef enum MeaningKind {
#define MEANING_ENUM(id, name) MEANING_##id,
    MEANING_KINDS(MEANING_ENUM)
#undef MEANING_ENUM
        MEANING_KIND_COUNT
} MeaningKind;
typedef enum MeaningPart {
#define PART_ENUM(id, name) MEANT_##id,
    MEANING_PARTS(PART_ENUM)
#undef PART_ENUM
        MEANT_COUNT
} MeaningPart;
enum { MEANING_DIGEST_SIZE = 16 };
typedef struct MeaningRecord {
    uint16_t kind, part; /* MeaningKind, MeaningPart */
    int32_t from;        /* of a thing with versions: when this one begins; else BD_DATE_MIN */
    Str name, sub, text;
    uint32_t place;  /* into SOURCE_MAP, or BD_NONE */
    uint32_t phrase; /* into PHRASES: what the digest is of; BD_NONE: no name is in it */
    uint8_t digest[MEANING_DIGEST_SIZE];
} MeaningRecord;

/* What a digest is of, with the names in it, so that it can be made again with other names (compiler/phrase.h). Parts come before the phrase. */
typedef enum PhraseHow {
    PHRASE_PLAIN, /* no name in it: the digest, and no more */
    PHRASE_LIST,  /* a word and parts in their order */
    PHRASE_SORTED,
    PHRASE_NAME, /* of a thing of a kind; its part, if it has one, is what it is a name within */
    PHRASE_HOW_COUNT
} PhraseHow;
typedef struct PhraseRecord {
    uint16_t how, kind; /* PhraseHow; of a NAME a MeaningKind, else 0 */
    Str text;
    uint32_t first, parts; /* into PHRASE_PARTS */
    uint8_t digest[MEANING_DIGEST_SIZE];
} PhraseRecord;

typedef enum DatePart {
    PART_YEAR = 1,    /* 2020 */
    PART_MONTH,       /* 1 .. 12 */
    PART_DAY,         /* 1 .. 31 */
    PART_WEEKDAY,     /* 1 Monday .. 7 */
    PART_MONTH_INDEX, /* 12 * year + month - 1 */
    PART_MONTH_START, /* first day of its month */
    PART_MONTH_END,
    PART_QUARTER_START,
    PART_QUARTER_END,
    PART_YEAR_START,
    PART_YEAR_END,
    PART_WEEK_START, /* its Monday */
    PART_FROM_MONTH, /* of a month index: its first day */
    PART_FROM_YEAR,  /* of a year: 1 January */
    PART_ISO_WEEK,   /* 1 .. 53 */
    PART_ISO_YEAR,
    PART_COUNT
} DatePart;

typedef enum Opcode {
#define OP(name, dst, a, b, c, imm, site, cost, meaning) OP_##name,
#include "opcodes.def"
#undef OP
    OP_COUNT_
} Opcode;

/* An opened module: the mapped bytes and typed pointers into them. */
struct bd_module {
    Arena arena; /* owns this struct and the indexes below */
    const FileHeader *header;
    Text strings;
#define SECTION_FIELD(name, type) \
    const type *name;             \
    uint32_t name##_count;
    MODULE_SECTIONS(SECTION_FIELD)
#undef SECTION_FIELD
};

/* The text of a Str; bounds were checked when the module was opened. */
Text module_text(const bd_module *module, Str str);

/* Checks header, hash, section bounds and every record's references; fills the pointers. Used by bd_module_load, before verify_code. */
bd_status module_open(bd_module *module, const void *bytes, size_t size, bd_error *error);

/* The program by which many lines are decided at once: the fast form of program 0 where the module has one. Program 0 decides a line
** alone, tells how, and decides what the fast form marks. */
static inline const ProgramRecord *module_fast_program(const bd_module *module)
{
    for (uint32_t i = 1; i < module->PROGRAMS_count; i++)
        if (module->PROGRAMS[i].kind == BD_PROGRAM_FAST)
            return &module->PROGRAMS[i];
    return &module->PROGRAMS[0];
}

/* Proves the code of every program safe: see verify.c. */
bd_status module_verify(const bd_module *module, bd_error *error);

#endif
