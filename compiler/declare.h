/* declare.h: what core_from_ast.c and its families share: units, columns and lists. */
#ifndef BEDING_DECLARE_H
#define BEDING_DECLARE_H

#include "compiler/core.h"

/* Makes room for one more element in core->ITEMs. */
#define GROW(core, item)                                                                                         \
    (core)->item##s = arena_grow((core)->arena, (core)->item##s, (core)->item##_count, &(core)->item##_capacity, \
                                 sizeof *(core)->item##s)

/* clause_once.c: reports clauses that may not stand together in an item, or that it lacks: E0316, E0317, E0608, E0609. */
void declare_clauses_once(Core *core, const Ast *items);

/* The units every agreement has: dag, week, maand, kwartaal, jaar, werkdag, euro. */
void declare_own_units(Core *core);
/* The units of the text, expressed in each other in any order; one of the language's own may be declared again to add its code. */
void declare_units(Core *core, const Ast *items);

/* The columns and lists that the language itself knows: of the line, of joined messages. First of all columns, in fixed order. */
void declare_own_columns(Core *core);
void declare_input(Core *core, const Ast *item);
/* Each choice is a column of the lines by its own name, unless the contract declared that column itself. */
void declare_choice_columns(Core *core);
void declare_list(Core *core, const Ast *item);
/* Periods of so many days, and working days; what the latter name is looked up by workdays_check, when definitions are known. */
void declare_calendar(Core *core, const Ast *item);

/* declare_honesty.c: what the text leaves open, what people decide, and what nobody can compute. */
void declare_reading(Core *core, const Ast *item);
/* rules_before: how many rules stand before it, for the place of its own rule in contract order. */
void declare_judgement(Core *core, const Ast *item, uint32_t rules_before);
void declare_inexpressible(Core *core, const Ast *item);
/* Adds to what `describe` lists under judgements, powers and what is not expressible. */
void declare_note(Core *core, bd_note_kind kind, const Ast *item, Text text, Text who);

/* Penalties, suspensions, terms and obligations: names, inputs and versions; what they say is elaborated by check_forms. */
void declare_forms(Core *core, const Ast *items);

/* Puts one more version of a name in its place by start; reports one that starts with or crosses another. */
void declare_version(Core *core, Text name, DefinitionVersion **list, uint32_t *count, const Ast *item);
/* A counter by its key, kind and products; what it counts is checked by check_counters. Columns and products are known. */
void declare_counter(Core *core, const Ast *item);
uint64_t *declare_products_named(Core *core, const Ast *names); /* bit set; all products when there are no names */

Type declare_type(TypeKind kind);
void declare_report_twice(Core *core, Span span, Text name, Span earlier); /* E0302 */

#endif
