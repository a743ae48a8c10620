/* witness_internal.h: what the files of the search for witnesses share; see witness.h.
**
** A *case* is a line (or the inputs of one callable) in a form that both modules can be given: cells by the names of columns, numbers over a
** denominator that both columns divide, members by name. An *environment* is what a session is opened with: readings, rows of extern tables, lines
** granted before. witness_case.c has the cases, witness_run.c decides them, witness_judge.c says what they show, witness_vary.c makes others like
** them, witness_seek.c (lines) and witness_call.c (callables) search, witness_shrink.c makes the best smaller, witness_text.c writes it.
*/
#ifndef BEDING_CLI_WITNESS_INTERNAL_H
#define BEDING_CLI_WITNESS_INTERNAL_H

#include "compiler/cli/solve_server.h"
#include "compiler/cli/witness.h"

enum { SIDES = 2 };

typedef struct CaseCell {
    bool present;
    int64_t
        value; /* number over CaseColumn.scale; day, month, year; 0 or 1; member, as an index of CaseColumn.members */
    Text text;
} CaseCell;

typedef struct CaseColumn {
    Text name, unit;
    bd_meaning meaning;
    bd_kind kind;
    int64_t scale;         /* a common multiple of the denominators of both columns */
    uint32_t index[SIDES]; /* among the program's columns; BD_NONE: that module has none */
    int64_t denominator[SIDES];
    Text units[SIDES];                /* of each side; `unit` is the first of them, and what values are in */
    int64_t times[SIDES], per[SIDES]; /* in the unit of a side it is so many times as much, per so many */
    bool optional;                    /* on every side that has it */
    bool is_other[SIDES];             /* that side has one of this name, of another type */
    bool is_group;
    uint32_t group; /* the column that says whether this one's message is there, or BD_NONE */
    uint32_t choice[SIDES];
    Text *members;           /* of both choices */
    uint32_t *member[SIDES]; /* index in that module's choice, or BD_NONE */
    uint32_t member_count;
} CaseColumn;

/* The columns of a program (lines or one callable), or of a list. */
typedef struct CaseColumns {
    CaseColumn *items;
    uint32_t count;
    uint32_t total[SIDES]; /* how many the module's program or list has */
} CaseColumns;

typedef struct CaseList {
    Text name;
    uint32_t index[SIDES], maximum[SIDES];
    CaseColumns columns;
} CaseList;

typedef struct CaseRecord {
    uint32_t list;
    CaseCell *cells;
} CaseRecord;

typedef struct Case {
    CaseCell *cells;
    CaseRecord *records;
    uint32_t record_count;
} Case;

/* What a session is opened with. */
typedef struct Environment {
    const Scenario *scenario; /* whose readings and rows; NULL: none */
    const Case *earlier;      /* granted before */
    uint32_t earlier_count;
    const Case *before; /* lines of the scenario before the one in question */
    uint32_t before_count;
    bool is_unusable;            /* one of the versions cannot have it */
    uint64_t before_said[SIDES]; /* a digest of what was decided of the lines before */
    bd_session *session[SIDES];
    uint32_t decided; /* lines, by these sessions */
} Environment;

/* An example of one of the agreements, as a place to start. */
typedef struct Seed {
    Environment *environment;
    Case base;
    const Case *lines; /* of the example that it is a line of */
    uint32_t line_count, own;
    bool is_written; /* stands in an agreement; else invented */
    bool is_alone;   /* needs a session of its own: lines stand before it */
} Seed;

typedef struct CallSeed {
    Environment *environment;
    Text program; /* "definitie.x" */
    const Scenario *scenario;
    const Expectation *expectation;
    int side; /* whose scenario it is */
} CallSeed;

typedef struct Outcome {
    bool unreadable; /* the version has no such product or member */
    bd_decision decision;
    int64_t cents;
    bool before_differs;     /* lines before it were decided otherwise in the other version */
    const uint64_t *reasons; /* by that module's rules */
    uint32_t fault;
} Outcome;

/* A change by which one version can read lines that the other cannot: a product that came or went, a member of a choice, a longer list. */
typedef struct Single {
    bool is_single;
    int side;      /* the version that can */
    uint32_t list; /* of search->lists, or BD_NONE */
    Text choice;   /* its member that is only in that version... */
    Text member;   /* ... of this name; empty: whichever */
} Single;

/* What a change may show in. */
typedef struct Target {
    const Change *change;
    Single single;
    Text codes[SIDES];   /* of a product: one that only that version has, or empty */
    bool *rules[SIDES];  /* by module rule: those that this change alone reaches, or that it changes itself */
    bool *shared[SIDES]; /* those that it reaches and another change too */
    bool *others[SIDES]; /* rules that other changes reach: what they decide is not this change's */
    bool is_only;        /* no other change decides anything */
    bool has_code;       /* a return code changed */
    bool has_rules;      /* some rule that rejects, caps or holds: it shows in the reasons */
    bool pays;           /* it may show in the amount too, of lines that no other change touches */
    bool is_blurred;     /* but another change may show in any amount as well */
    bool *products;      /* per product of the lines: only these may show it in the amount; NULL: all */
    bool *blurred;       /* per product: another change may show in its amount; NULL: none */
    bool *focus;         /* per product: a changed rule is for it in one version only; NULL: there is none */
    Text *programs;      /* callables */
    uint32_t program_count;
} Target;

typedef struct Search {
    Diff *diff;
    Cli *cli;
    Arena *arena;
    const bd_module *module[SIDES];
    const Loaded *loaded[SIDES];
    bool has_lines;
    bool counts; /* one of them has counters: what a batch shows is decided once more by itself */
    CaseColumns columns;
    CaseList *lists;
    uint32_t list_count;
    Seed *seeds;
    uint32_t seed_count;
    size_t seed_capacity;
    CallSeed *calls;
    uint32_t call_count;
    size_t call_capacity;
    Environment **environments;
    uint32_t environment_count;
    size_t environment_capacity;
    Outcome *seed_outcomes[SIDES]; /* of every seed, once decided */
    bool seeds_decided[2];         /* those that stand by themselves, and those that do not */
    uint64_t cost;                 /* steps that one case can take in both versions */
    struct Alone *alone;           /* per change: the old version with that change only */
    Target *reaches;               /* what each change reaches, whatever the others do */
    uint64_t tried;
    SolveServer *solver; /* once asked for */
    bool has_no_solver;
} Search;

/* ---- witness.c ---- */

/* A message as the note of a witness. */
Text witness_note(const Search *search, Message message, Text a, Text b);

/* ---- witness_nothing.c ---- */

/* Whether nothing but this part, and words, changed. */
bool change_is_only(const Change *change, MeaningPart part);

/* Why no decision can change; MSG_COUNT where that is not certain. */
Message witness_why_nothing(const Search *search, const Change *change);

/* What a search that found nothing did not try. */
Text witness_not_tried(const Search *search, bool in_lines);

/* ---- witness_case.c ---- */

/* The columns that two ranges of module columns have together. */
void case_columns(Search *search, CaseColumns *out, const uint32_t first[SIDES], const uint32_t count[SIDES]);
uint32_t case_find_column(const CaseColumns *columns, Text name);

/* The examples of both agreements as seeds; one invented for each product where there are none. */
void case_seeds(Search *search);

Case case_copy(Search *search, const Case *from);

/* Something in every cell that must have a value and has none. */
void case_fill_cells(const CaseColumns *columns, CaseCell *cells);

/* As many records of a list as `count`: copies of the one it has, or of one that was made up. */
void case_fill_list(Search *search, Case *line, uint32_t list, uint32_t count);

/* Reads a fact of an example into a cell; false when it does not fit the column. */
bool case_read_fact(Search *search, int side, const CaseColumn *column, const ScenarioFact *fact, CaseCell *cell);

/* ---- witness_environment.c ---- */

/* A new environment, like another or empty. */
Environment *environment_add(Search *search, const Environment *like);

/* One in which the n-th row or reading from the last is left out; NULL when there is none. */
Environment *environment_without(Search *search, const Environment *from, uint32_t n);

/* Whether it has figures of a series; and the same with other figures. */
bool environment_has_figures(const Search *search, const Environment *environment);
Environment *environment_with_figures(Search *search, const Environment *from, uint64_t *random);

/* ---- witness_run.c ---- */

/* Decides cases of one environment by both versions; outcomes[side][i] lives in `arena`. False when the environment is of no use. */
bool case_decide(Search *search, Arena *arena, Environment *environment, const Case *const *cases, uint32_t count,
                 Outcome *outcomes[SIDES]);

/* Decides all lines of an example in order, in a session of its own. */
bool case_decide_example(Search *search, Arena *arena, const Seed *seed, Outcome *outcomes[SIDES]);

/* The session of a side, opened when first asked for; NULL when it cannot be. */
bd_session *case_session(Search *search, Environment *environment, int side);
void case_close_all(Search *search);

/* ---- witness_read.c ---- */

/* Whether a version has a text that scenarios can be read against. */
bool witness_can_read(const Search *search, int side);

/* Whether a scenario, read from its text, holds in a version. */
bool witness_holds(Search *search, const Loaded *loaded, Text text);

/* Whether what stands in these texts is so: each holds in its own version. An empty one is not asked, and one that holds in the other version
** too shows nothing and is emptied; false when nothing is left. */
bool witness_stands(Search *search, Text scenarios[SIDES]);

/* ---- witness_alone.c ---- */

/* What the text of a witness is worth, from the least. */
typedef enum Truth {
    TRUTH_NONE,   /* it says what is not so */
    TRUTH_SHARED, /* it is so, but not where the change is the only one made */
    TRUTH_HOLDS,  /* it is so */
    TRUTH_OWN     /* and where the change is the only one made, too */
} Truth;

/* Of scenarios that hold: whether they do so by this change alone, where another reaches the same rules. */
Truth witness_truth_alone(Search *search, const Target *target, const Text scenarios[SIDES]);
void witness_alone_close(Search *search);

/* ---- witness_solve.c ---- */

/* Changes a case into one that the versions may decide otherwise; false when the solver, if there is one, has none. */
bool witness_solve(Search *search, const CaseColumns *columns, SolveAim aim, Text name, CaseCell *cells);

/* ---- witness_target.c ---- */

/* What a change reaches, and what the other changes of the comparison reach. */
Target target_of(Search *search, const Change *change);

/* ---- witness_pool.c ---- */

/* Values worth trying in a column: what the code of both modules compares with, and one step to each side. */
typedef struct Pool {
    int64_t *values; /* in the column's scale */
    uint32_t count;
    size_t capacity;
    Text *texts;
    uint32_t text_count;
    size_t text_capacity;
} Pool;

typedef struct Pools {
    Pool *columns; /* per column of search->columns */
    bool *is_read; /* columns that decide the target */
    int32_t *days; /* days on which something begins or ends */
    uint32_t day_count;
    size_t day_capacity;
    int32_t *spans; /* numbers of days and months that are added or compared */
    uint32_t span_count;
    size_t span_capacity;
} Pools;

/* program: of each side, whose columns they are; rules: the rules whose code counts, or NULL for all of it. */
void pools_collect(Search *search, const CaseColumns *columns, const uint32_t program[SIDES], bool *const rules[SIDES],
                   Pools *out);

/* A day, and the days beside it, for every date. */
void pools_add_day(Search *search, const CaseColumns *columns, Pools *pools, int32_t day);

/* ---- witness_vary.c ---- */

uint64_t witness_random(uint64_t *state);

/* Cases that are otherwise in one thing, or in two; at most `limit`, in *cases. Gives their number. */
uint32_t case_vary(Search *search, const Pools *pools, const Case *from, uint32_t limit, const Case ***cases);
uint32_t case_vary_twice(Search *search, const Pools *pools, const Case *from, uint32_t limit, uint64_t *random,
                         const Case ***cases);

/* ---- witness_single.c ---- */

/* Sets `single` and `codes` of a target, for the side'th version as the one that can read it; false when the change has none. */
bool single_of(Search *search, Target *target, int side);

/* Whether a line has what only that version can read. */
bool single_has(const Search *search, const Single *single, const Case *line);

/* The member by which cells are of one version only; empty when there is none. And whether lines can have one at all. */
Text single_member(const Search *search, const Single *single, const CaseColumns *columns, const CaseCell *cells);
bool single_in_lines(const Search *search, const Single *single);

/* Why the other version cannot read a line: "niet te lezen: product p is onbekend". */
Text single_text(const Search *search, const Target *target, const Case *line, int side);

/* ---- witness_judge.c ---- */

/* What two decisions of one line say of a change. */
typedef struct Verdict {
    bool differs;     /* the change shows */
    bool is_mixed;    /* another change may be what shows, or shows as well */
    bool is_code;     /* only in the return code */
    bool is_clear;    /* the line turns on this change: no better kind of witness is to be had */
    uint32_t foreign; /* reasons that are not the change's */
    uint32_t badness; /* the lower, the better a witness */
} Verdict;

Verdict witness_judge(const Search *search, const Target *target, const Case *line, const Outcome *old,
                      const Outcome *made);
/* Another change shows in it as well. */
void verdict_mix(Verdict *verdict);
bool verdict_is_better(const Verdict *verdict, const Verdict *than);
bool outcome_has_reason(const Outcome *outcome, uint32_t rule);

/* How near an example is to the change: its rules speak, best alone, or at least the line is paid. */
typedef enum Nearness { NEAR_NOT, NEAR_FAULTED, NEAR_REJECTED, NEAR_PAID, NEAR_SPEAKS, NEAR_ALONE } Nearness;
Nearness witness_nearness(const Search *search, const Target *target, const Case *line, const Outcome *old,
                          const Outcome *made);

/* The other changes that have a say in what a line shows: their ids, or nothing. */
Text witness_others(const Search *search, const Target *target, const Case *line, const Outcome *old,
                    const Outcome *made);

/* ---- witness_seek.c ---- */

typedef struct Found {
    Verdict verdict; /* that nothing differs: none found yet */
    Seed seed;
    Case line;
    bool *rules[SIDES];       /* those that speak on either side, and those of the change */
    uint64_t *reasons[SIDES]; /* of a side: what kind of witness it is */
    bd_decision decisions[SIDES];
    bool is_varied; /* steps from it were tried */
    Truth truth;
    Text scenarios[SIDES];
} Found;

enum { KINDS_KEPT = 4 };

typedef struct Seeker {
    Search *search;
    const Target *target;
    Arena scratch; /* of one batch */
    Found best;
    Found kinds[KINDS_KEPT]; /* the best of some kinds, so that the nearest way out is not the only one */
    uint32_t kind_count;
    uint32_t
        misread; /* cases of which the text said something else than was decided, or that were not of the change alone */
} Seeker;

Witness *witness_of_lines(Search *search, const Target *target);

/* ---- witness_shrink.c ---- */

/* What the line is worth, written as scenarios (which are set), read back and decided. */
Truth witness_truth(Seeker *seeker, const Seed *seed, const Case *line, Text scenarios[SIDES]);

/* Makes the best witness smaller. */
void witness_shrink(Seeker *seeker);

/* ---- witness_call.c ---- */

Witness *witness_of_calls(Search *search, const Target *target);

/* ---- witness_text.c ---- */

/* "goedgekeurd € 12,00", "afgekeurd (te_laat)". */
Text outcome_text(const Search *search, int side, const Target *target, const Case *line, const Outcome *outcome);

/* A line as a `voorbeeld` that expects the outcome of a side, in the language of that side; seed: where it came from. */
Text case_scenario(const Search *search, const Target *target, const Seed *seed, const Case *line, int side,
                   const Outcome outcomes[SIDES]);

/* Parts of it, for callables. A Writer writes for one side. */
typedef struct Writer {
    const Search *search;
    StringBuilder *out;
    int side;
    bool is_english;
    uint32_t facts; /* on the present `gegeven` */
    bool is_record; /* within brackets: the first fact stands right behind them */
    Text code;      /* what the product of the line is named by; empty: its name */
} Writer;
Writer writer_for(const Search *search, StringBuilder *out, int side);
Text writer_word(const Writer *writer, const char *nl, const char *en);
void writer_title(Writer *writer, const Target *target, Text old_outcome, Text new_outcome);
void writer_given(Writer *writer, uint32_t line); /* line: its number, or 0 */
void writer_fact(Writer *writer);                 /* a comma where one is due; the fact follows */
void writer_environment(Writer *writer, const Scenario *scenario);
void writer_cell(Writer *writer, const CaseColumn *column, const CaseCell *cell, Text unit);
void writer_number(Writer *writer, int64_t value, int64_t scale, unsigned decimals);
void writer_quoted(Writer *writer, Text text);

#endif
