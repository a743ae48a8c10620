/* core.h: the small core that everything a contract says becomes: typed definitions, tables and rules.
**
** Job: the form between the tree and the IR. core_from_ast.c fills the declarations, check_*.c elaborates each expression of the tree
** into a typed Expr, tables.c proves tables total, rules.c settles precedence, ir_from_core.c lowers it all. core_print.c shows it.
**
** Products and units. Amounts of care are counted in the unit of the line's product. An expression that reads `volume` or `tarief` is
** therefore checked once for each *unit class* (the products that share a unit) it can reach, and has one Expr per class.
** Invariant after checking: every Expr has a type other than TYPE_ERROR, or an error was reported.
** Lifetime: the compile arena. Indexes rather than pointers join declarations, so that printing is deterministic.
*/
#ifndef BEDING_CORE_H
#define BEDING_CORE_H

#include "lang/ast.h"
#include "lang/diag.h"
#include "vm/core/arena.h"
#include "vm/core/number.h"
#include "vm/core/round.h"
#include "vm/include/beding.h"

typedef enum TypeKind {
    TYPE_ERROR, /* agrees with everything, so one mistake gives one message */
    TYPE_BOOLEAN,
    TYPE_NUMBER,
    TYPE_MONEY,
    TYPE_QUANTITY, /* a number with a unit */
    TYPE_RATE,     /* money per unit */
    TYPE_DATE,
    TYPE_MONTH,
    TYPE_YEAR,
    TYPE_INTERVAL,
    TYPE_CHOICE,
    TYPE_TEXT,
    TYPE_RECORD /* one record of a list, or a joined message */
} TypeKind;

#define UNIT_OF_PRODUCT \
    (UINT32_MAX - 1) /* in declared types: the unit of the line's product; replaced when checked for a class */

typedef struct Type {
    TypeKind kind;
    uint32_t unit;   /* QUANTITY, RATE: index of Core.units, or UNIT_OF_PRODUCT; else BD_NONE */
    uint32_t choice; /* CHOICE: index of Core.choices; else BD_NONE */
    uint32_t list;   /* RECORD: index of Core.lists; else BD_NONE */
    bool optional;   /* may be `ontbreekt` */
    bool whole;      /* MONEY: known to be whole cents; QUANTITY, NUMBER: known to be whole */
} Type;

/* How a unit takes part in date arithmetic. */
typedef enum CalendarUnit { CALENDAR_NONE, CALENDAR_DAY, CALENDAR_MONTH, CALENDAR_WORKDAY } CalendarUnit;

/* The language's own units that it counts in itself, as indexes of Core.units: an agreement may spell them otherwise. */
enum { UNIT_DAY = 0, UNIT_WORKDAY = 5, UNIT_EURO = 6 };

typedef struct Unit {
    Text name, plural, code; /* code of the message standard, may be empty */
    uint32_t base;           /* the unit it is counted in; itself for a base unit */
    Number factor;           /* this unit = factor base units, exact */
    CalendarUnit calendar;   /* DAY: base is dag; MONTH: base is maand */
    bool indivisible;        /* quantities are whole */
    bool built_in;
    Span span;
    uint32_t citation; /* of one that is not built in */
} Unit;

typedef struct Member {
    Text name, label;
    Span span;
} Member;
typedef struct Choice {
    Text name;
    Member *members;
    uint32_t member_count;
    bool is_reading; /* the alternatives of a `lezing`: no column of the lines */
    bool hidden;     /* made by the compiler: its members are no names of the text */
    Span span;
    uint32_t citation;
} Choice; /* 0: products; 1: units */

typedef struct Document {
    Text name, title;
    uint32_t rank; /* 0: none */
    Span span;
    uint32_t citation;
} Document;
typedef struct Party {
    Text name, role, title, on_behalf;
    Span span;
    uint32_t citation;
} Party;
typedef struct Citation {
    uint32_t document; /* BD_NONE */
    Text place, quote;
} Citation;
typedef struct Validity {
    int32_t from, to;
} Validity; /* inclusive; BD_DATE_MIN and BD_DATE_MAX when open */

/* `lezing`: a session constant. Its alternatives are a choice of its own name. */
typedef struct Reading {
    Text name, question, reason;
    uint32_t choice, chosen;
    uint32_t citation;
    Span span;
} Reading;

/* `wijziging NAAM vanaf D [tenzij C]`. */
typedef struct Amendment {
    Text name;
    int32_t start;
    const Ast *node;     /* of the condition under which it does not hold; NULL: it always holds */
    struct Expr *unless; /* that condition, once checked */
    bool used;
    uint32_t citation;
    Span span;
} Amendment;

/* What people decide, or nobody can compute; kind is a bd_note_kind. */
typedef struct Note {
    bd_note_kind kind;
    Text name, text, who;
    uint32_t citation;
    Span span;
} Note;

typedef enum ReferenceDate {
    REFER_DEFAULT,
    REFER_BEGIN,
    REFER_END,
    REFER_SIGNED
} ReferenceDate; /* begindatum, einddatum, dagtekening */

/* A value that comes from outside: a column of the lines, of a joined message, of a list's records. */
typedef struct Column {
    Text name;      /* as in the data file */
    Type type;      /* optional: the contract may test it */
    uint32_t list;  /* BD_NONE for columns of the line */
    uint32_t group; /* column index of the group's presence (toewijzing, start, stop), or BD_NONE */
    bool is_group;
    bool is_judgement;     /* `oordeel`: where a rule needs it and it is absent, the line is held */
    uint32_t rules_before; /* of a judgement: how many rules stand before it in the contract */
    Text label;            /* what an input is; of a judgement: the question */
    bool used;             /* read by some rule or definition in use: becomes a column of the module */
    bool
        needed_by_all; /* read by a rule that holds for all lines: the cell may not be empty (unless the type is optional) */
    uint64_t *needed_by; /* products whose rules or tariffs read it; NULL when none */
    bool built_in;
    uint32_t citation;
    Span span;    /* empty for built-in ones */
    Span read_at; /* the first expression that reads it, by needs_mark; empty where there is none */
} Column;

typedef struct List { /* `lijst`, and toewijzingen, startberichten, stopberichten, andere_regels */
    Text name, record_name, key;
    uint32_t maximum;
    uint32_t *columns;
    uint32_t column_count; /* indexes of Core.columns */
    bool built_in, used;
    Span span;
    uint32_t citation;
} List;

typedef struct Product {
    Text name, label;
    Text *codes;
    uint32_t code_count;
    uint32_t unit;
    uint32_t *dimensions;
    uint32_t dimension_count; /* columns (of choice type), in declared order */
    Validity validity, own;   /* own: as it says itself; the other within the agreement's */
    uint32_t tariff;          /* index of Core.tables, or BD_NONE */
    uint32_t shown_unit;      /* `toon per`: the unit in which people read the tariff; BD_NONE: its own */
    uint32_t unit_class;      /* index of Core.classes */
    bool in_euro;             /* the volume itself is money */
    bool price_at_begin;      /* `bij wijziging tarief op begindatum` */
    uint32_t citation;
    Span span;
} Product;

typedef struct UnitClass {
    uint32_t unit;
    uint64_t *products;
} UnitClass; /* bit set over Core.products */

/* A definition that says of a day that it is off (`behalve`) or counts after all (`met`). */
typedef struct DayTest {
    struct Definition *definition; /* NULL until looked up */
    const Ast *node;
    bool counts;
} DayTest;

/* `kalender periode = 4 weken vanaf D`, or `kalender werkdag = maandag tot en met vrijdag behalve …`. */
typedef struct Calendar {
    Text name;
    int32_t length_days, anchor; /* of a calendar of periods */
    uint32_t table;              /* of an extern one: its starts; else BD_NONE */
    bool is_workdays;
    uint8_t first_weekday, last_weekday; /* 1 Monday to 7 Sunday; the first may be the greater */
    DayTest *tests;
    uint32_t test_count; /* in source order */
    uint32_t citation;
    Span span;
} Calendar;

/* ---- Expressions ---- */

typedef enum ExprOp {
    EXPR_ERROR,
    EXPR_BOOLEAN,
    EXPR_NUMBER,
    EXPR_DATE,
    EXPR_MONTH,
    EXPR_YEAR,
    EXPR_TEXT,
    EXPR_MEMBER,
    EXPR_COLUMN,         /* index: column of the line */
    EXPR_READING,        /* index: reading; a member of its choice */
    EXPR_FIELD,          /* index: column of a list; a: the record variable */
    EXPR_VARIABLE,       /* index: Variable: a parameter, a `waar` name, the element of an aggregate */
    EXPR_CALL,           /* instance: the definition checked for this class; args */
    EXPR_NATIVE,         /* a function of the host; instance: of its definition; args */
    EXPR_TABLE,          /* index: table; args: one key per dimension */
    EXPR_TARIFF,         /* the contract's tariff of the line */
    EXPR_VOLUME,         /* volume claimed, in the product's unit */
    EXPR_GRANTED,        /* toegekend_volume */
    EXPR_GRANTED_AMOUNT, /* toegekend_bedrag */
    EXPR_COMPUTED,       /* berekend_bedrag */
    EXPR_IS_CREDIT,      /* the line takes another back */
    EXPR_REFERENCE,      /* the clause's reference date */
    EXPR_ADD,
    EXPR_SUBTRACT,
    EXPR_MULTIPLY,
    EXPR_DIVIDE,
    EXPR_NEGATE,
    EXPR_LEAST,
    EXPR_GREATEST, /* LEAST, GREATEST: args */
    EXPR_SCALE,    /* a times the constant `number`: a unit conversion */
    EXPR_ROUND,    /* a to a multiple of `number`, by mode */
    EXPR_WHOLE,    /* a is whole */
    EXPR_COMPARE,  /* compare: IrCompare order; a, b */
    EXPR_AND,
    EXPR_OR,
    EXPR_NOT,
    EXPR_IF,           /* a: condition, b, c */
    EXPR_PRESENT,      /* a is present */
    EXPR_IN_SET,       /* a: choice; set */
    EXPR_DATE_ADD,     /* a: date, b: quantity in a calendar unit (already signed) */
    EXPR_DATE_PART,    /* index: DatePart; a: date */
    EXPR_DAYS_BETWEEN, /* a - b, in dag */
    EXPR_INTERVAL,     /* a, b: first and last day; NULL when open */
    EXPR_SPAN_FROM,    /* `P vanaf D`: a: quantity, b: date */
    EXPR_SPAN_AFTER,   /* `P na D` */
    EXPR_PERIOD,       /* index: calendar; a: date; an interval */
    EXPR_CALENDAR_SPAN, /* index: DatePart of the start (MONTH_START, QUARTER_START, YEAR_START, WEEK_START); a: date; an interval */
    EXPR_BEGIN,
    EXPR_END,
    EXPR_INSIDE, /* a: date or interval lies in interval b */
    EXPR_OVERLAPS,
    EXPR_INTERSECT,
    EXPR_DAYS_IN, /* days in interval a, in dag */
    EXPR_AGGREGATE, /* aggregate; index: list or BD_NONE; a: interval for `dagen van`; b: mask or NULL; c: value or NULL; variable */
    EXPR_COUNTER_SUM,  /* `T over I`; index: counter, integer: variant; a: interval or NULL for all days */
    EXPR_COUNTER_DAYS, /* `aantal dagen in (T over I)`: likewise */
    EXPR_COUNTER_RUN,  /* `aaneengesloten T voor D`: a: date */
    EXPR_OP_COUNT
} ExprOp;

typedef enum Aggregate {
    AGGREGATE_SUM = 1,
    AGGREGATE_COUNT,
    AGGREGATE_LEAST,
    AGGREGATE_GREATEST,
    AGGREGATE_ALL,
    AGGREGATE_ANY,
    AGGREGATE_FIRST,
    AGGREGATE_LAST
} Aggregate;

typedef struct Variable { /* bound in one place; lowering keeps its value by identity */
    Text name;
    Type type;
    struct Expr *value; /* of a `waar` name; NULL for parameters and elements */
    uint32_t size;      /* nodes of the value, written out */
    Span span;
} Variable;

typedef struct Expr {
    ExprOp op;
    Type type;
    Span span;
    struct Expr *a, *b, *c;
    struct Expr **args;
    uint32_t arg_count;
    uint32_t index;
    Number number;
    int32_t integer; /* DATE, MONTH, YEAR, MEMBER, BOOLEAN */
    Text text;
    const struct Calendar *calendar; /* of whether a day is one of its working days; else NULL */
    RoundMode mode;
    uint8_t compare; /* IrCompare */
    Aggregate aggregate;
    uint64_t *set;
    Variable *variable;
    struct Instance *instance;
    uint32_t unit_class; /* the class it was checked for, BD_NONE when it reads nothing of the product */
    bool is_unwritten;   /* the compiler made it, to choose a version: no words of the agreement say it */
} Expr;

/* ---- Definitions, tables, rules ---- */

/* A definition's body checked for one unit class. */
typedef struct Instance {
    struct Definition *definition;
    uint32_t version, unit_class;
    Variable **parameters;
    Expr *body;         /* NULL while being checked: meeting it again is recursion */
    bool reads_product; /* volume, tarief or such: the callers are bound to a class too */
    bool no_line;       /* checked for a callable, which has no line */
    uint32_t size;      /* nodes of the body, written out */
    struct Instance *next;
} Instance;

typedef struct DefinitionVersion {
    const Ast *node;
    Validity validity;
    uint32_t citation;
    uint32_t amendment; /* that brings it, counted from 1; 0: none */
} DefinitionVersion;

typedef struct Definition {
    Text name;
    Type type;
    Text *parameter_names;
    Type *parameter_types;
    Span *parameter_spans;
    uint32_t parameter_count;
    DefinitionVersion *versions;
    uint32_t version_count; /* rising by start */
    bool callable, used;
    bool is_step;     /* of the machine, not to be called from outside */
    Text public_name; /* "indexering.verblijf" where it stands for a clause; empty: "definitie." and its name */
    int32_t yearly_month, yearly_day; /* its reference date moves back to this day of the year; month 0: it does not */
    uint32_t native;                  /* of an `extern` definition: its number among those; else BD_NONE */
    ReferenceDate reference;
    Instance *instances;
    Span span;
} Definition;

/* ---- Forms: penalties, suspensions, terms, obligations ---- */

typedef enum FormKind { FORM_PENALTY, FORM_SUSPENSION, FORM_TERM, FORM_OBLIGATION } FormKind;

/* One named result of a form. Where `present` does not hold there is none; NULL: always. */
typedef struct FormOutput {
    Text name;
    Expr *value, *present;
} FormOutput;

/* What must hold, or the call is a fault: `vereist`, and two exceptions that may not both speak. */
typedef struct FormDemand {
    Expr *holds;
    const char *code; /* of the fault */
    Text label;
    Span span;
} FormDemand;

/* `boete`, `kan boete`, `kan opschorten`, `termijn`, `verplichting`: a function of its inputs with several results. */
typedef struct Form {
    FormKind kind;
    bool is_power;     /* `kan`: a power, not a duty */
    bool is_recurring; /* an obligation with due dates of its own: its inputs and `peildatum` give the next one */
    Text name, reason;
    Variable **inputs;
    uint32_t input_count;
    DefinitionVersion *versions;
    uint32_t version_count; /* rising by start; of the same inputs */
    FormOutput *outputs;
    uint32_t output_count;
    size_t output_capacity;
    FormDemand *demands;
    uint32_t demand_count;
    size_t demand_capacity;
    Span span;
} Form;

typedef struct Dimension {
    Text name;
    Type type;
    uint32_t column; /* a column of the line, when the name is one; else BD_NONE */
    Number *bounds;
    uint32_t bound_count;
    bool open_top; /* numeric dimensions: `tot en met X` rising; open_top: `daarboven` */
} Dimension;

typedef struct TableVersion {
    Validity validity; /* after closing */
    bool none;         /* `geen tarief` */
    int32_t level;     /* of a tariff: the last day whose indexations are in it already (`prijspeil`) */
    Number *cells;
    bool *present;
    Span *spans; /* dense over the dimensions, the last varying fastest */
    uint32_t citation;
    uint32_t amendment; /* that brings it, counted from 1; 0: none */
    const Ast *node;
    Span span;
} TableVersion;

/* What makes a table a series (`reeks`): it is looked up in as an extern table with one key, the month or year. */
typedef struct Series {
    uint32_t step;  /* months from one figure to the next: 1, 3 or 12 */
    bool goes_on;   /* `daarna laatste waarde` */
    int32_t first;  /* of figures in the text: the month (12 * year + month - 1) or year of the first */
    Number *values; /* NULL: extern */
    uint32_t value_count;
} Series;

typedef struct Table {
    Text name, label;
    bool is_tariff, is_extern, is_optional, is_maximum;
    bool is_calendar; /* the starts of the periods of an extern calendar, each valid from itself */
    uint32_t product; /* of a tariff */
    Type type;        /* of a cell */
    Dimension *dimensions;
    uint32_t dimension_count;
    TableVersion *versions;
    uint32_t version_count; /* rising by start */
    uint32_t cell_count;    /* per version */
    bool used, callable;
    Series *series;   /* NULL: a table like any other */
    uint32_t indexed; /* of a tariff that is indexed: the table that holds its prices by date; else BD_NONE */
    bool is_derived;  /* such a table: the machine fills it */
    int32_t level;    /* of an extern tariff: its `prijspeil`, or BD_DATE_MIN */
    uint32_t citation;
    Span span;
} Table;

/* `indexering P`: what the machine needs to compute the prices of one tariff. The three definitions are made of the clauses. */
typedef struct Indexation {
    Text name; /* of the product */
    uint32_t product, base, derived;
    Definition *factor;   /* of the reference date: a number */
    Definition *rounding; /* of an amount: an amount in whole cents */
    Definition *chain;    /* of nothing: whether the next factor applies to the rounded price */
    int32_t month, day;   /* of every moment */
    int32_t first, last;  /* the first moment; no moment lies after `last` */
    uint32_t citation;
    const Ast *node;
    Span span;
} Indexation;

typedef struct RuleInstance {
    uint32_t unit_class;
    Expr *scope;     /* when the rule, or the exception, speaks at all; NULL: always */
    Expr *condition; /* scope and the effect's own test (`keur af als`, `houd aan als`); NULL: always */
    Expr *effect;    /* limit or amount */
} RuleInstance;

typedef struct Rule {
    Text name;
    bd_effect effect;   /* of an exception without an effect: 0, "does not apply" */
    uint64_t *products; /* covered, bit set */
    bool for_all;       /* no `voor` */
    RuleInstance *instances;
    uint32_t instance_count;
    Validity validity; /* closed by later versions of the same name */
    ReferenceDate reference;
    bool also_credit;      /* judges credit lines too */
    uint32_t exception_to; /* index of Core.rules, or BD_NONE */
    uint32_t *over;
    uint32_t over_count; /* rules it departs from (`in afwijking van`) */
    uint32_t citation;
    uint32_t amendment; /* that brings it, counted from 1; 0: none */
    Text code, reason;
    bool built_in;
    const Ast *node;
    Span span; /* of the name */
} Rule;

/* A counter counts in one unit. One that is about products whose units do not convert is several, one per kind of unit: a line counts in that
** of its product, and `T over I` reads that of the line's product. */
typedef struct CounterVariant {
    Type type; /* of a read */
} CounterVariant;

/* What a line adds, checked for one unit class. */
typedef struct CounterInstance {
    uint32_t unit_class, variant;
    Expr *condition; /* NULL: always */
    Expr *value;     /* amount or interval; NULL for a count */
} CounterInstance;

typedef struct Counter {
    Text name;
    bd_counter_kind kind;
    uint32_t *keys; /* columns of the line */
    uint32_t key_count;
    uint64_t *products;
    bool for_all; /* no `voor` */
    CounterVariant *variants;
    uint32_t variant_count;
    CounterInstance *instances;
    uint32_t instance_count;
    bool used; /* some rule or definition reads it */
    uint32_t citation;
    const Ast *node;
    Span span;
} Counter;

typedef struct Core {
    Arena *arena;
    Diags *diags;
    const struct Sources *sources;
    Text name, title, version, origin, language;
    Text standard; /* the message standard whose return codes rules may use; empty: the default */
    uint32_t citation;
    Validity validity;
    ReferenceDate reference; /* of the agreement, for all its clauses */
    Document *documents;
    uint32_t document_count;
    size_t document_capacity;
    Party *parties;
    uint32_t party_count;
    size_t party_capacity;
    Citation *citations;
    uint32_t citation_count;
    size_t citation_capacity;
    Unit *units;
    uint32_t unit_count;
    size_t unit_capacity;
    Choice *choices;
    uint32_t choice_count;
    size_t choice_capacity;
    Column *columns;
    uint32_t column_count;
    size_t column_capacity;
    List *lists;
    uint32_t list_count;
    size_t list_capacity;
    Product *products;
    uint32_t product_count;
    size_t product_capacity;
    UnitClass *classes;
    uint32_t class_count;
    size_t class_capacity;
    Reading *readings;
    uint32_t reading_count;
    size_t reading_capacity;
    Amendment *amendments;
    uint32_t amendment_count;
    size_t amendment_capacity;
    Note *notes;
    uint32_t note_count;
    size_t note_capacity;
    Calendar *calendars;
    uint32_t calendar_count;
    size_t calendar_capacity;
    Definition **definitions;
    uint32_t definition_count;
    size_t definition_capacity;
    uint32_t native_count;
    Form *forms;
    uint32_t form_count;
    size_t form_capacity;
    uint32_t outcome_choice; /* verschuldigd, toegestaan, geen: what a penalty says; BD_NONE without any */
    Table *tables;
    uint32_t table_count;
    size_t table_capacity;
    Indexation *indexations;
    uint32_t indexation_count;
    size_t indexation_capacity;
    int32_t price_level; /* of the agreement's header, or BD_DATE_MIN */
    Rule *rules;
    uint32_t rule_count;
    size_t rule_capacity; /* contract order */
    Counter *counters;
    uint32_t counter_count;
    size_t counter_capacity;
    struct RuntimeConflict *runtime_conflicts;
    uint32_t runtime_conflict_count;
    size_t runtime_conflict_capacity; /* by rules_check */
    Span header_span;
} Core;

/* Two rules that set one target, that no criterion orders, and of which the compiler cannot tell whether they ever hold together:
** a line on which both do is a fault. first < second, indexes of Core.rules. */
typedef struct RuntimeConflict {
    uint32_t first, second;
} RuntimeConflict;

/* Core.columns of the line that the language itself reads; made first, in this order. */
enum {
    COLUMN_DECLARATION,
    COLUMN_LINE,
    COLUMN_SIGNED,
    COLUMN_PROVIDER,
    COLUMN_MUNICIPALITY,
    COLUMN_CLIENT,
    COLUMN_ALLOCATION,
    COLUMN_PRODUCT,
    COLUMN_BEGIN,
    COLUMN_END,
    COLUMN_VOLUME,
    COLUMN_UNIT,
    COLUMN_CLAIMED_RATE,
    COLUMN_CLAIMED_AMOUNT,
    COLUMN_BUILT_IN_COUNT
};

/* Bit sets over products and over members of choices. */
#define SET_WORDS(count) (((count) + 63) / 64 + ((count) == 0))
static inline bool set_has(const uint64_t *set, uint32_t member)
{
    return set[member / 64] >> (member % 64) & 1;
}
static inline void set_add(uint64_t *set, uint32_t member)
{
    set[member / 64] |= UINT64_C(1) << (member % 64);
}

/* Types. */
bool type_equal(Type a, Type b); /* ignores optional and whole */
void type_name(const Core *core, Type type,
               StringBuilder *out); /* as a reader says it: "bedrag per uur", "zzp", "datum" */

/* The core as indented text, for `dis --stage core`. */
void core_print(const Core *core, StringBuilder *out);

/* Declarations of the tree into core; the expressions stay in the tree until checked. */
void core_from_ast(Core *core, const Ast *items);

/* table_from_ast.c: every `tarief` and `tabel` of the tree into core->tables, cells filled; products know their tariff. Columns, choices
** and products must have been declared, and units known. Reports E05xx. */
void tables_from_ast(Core *core, const Ast *items);

/* series_from_ast.c: every `reeks` into core->tables. Reports E1201 to E1205. */
void series_from_ast(Core *core, const Ast *items);

/* index_from_ast.c: every `indexering` into core->indexations, with the definitions and the table it is made of; behind tables, series and
** definitions. index_check, when expressions are checked: that prices come out in whole cents and that some date uses each. E121x. */
void indexations_from_ast(Core *core, const Ast *items);
void index_check(Core *core);

/* Elaborates every rule, definition, table cell: see check_*.c. */
void check_core(Core *core);

/* tables.c: every combination of every version exactly once, no gap or overlap in validity; closes open ends. Reports E05xx. */
void tables_check(Core *core);

/* rules.c: exceptions acyclic, precedence between rules that set one target settled or reported; closes validity of versions. E06xx. */
void rules_check(Core *core);

/* Whether rule a (index) wins from rule b where both apply and set one target: it names b, directly or through others; or its document
** has the higher rank; or it is the later version of the same name. */
bool rules_precedes(const Core *core, uint32_t a, uint32_t b);

#endif
