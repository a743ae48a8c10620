/* tables.h: what the files that make and prove tables share: table_from_ast.c, table_fill.c and tables.c.
**
** A table's cells lie dense, the last dimension varying fastest; a *position* is the index of a cell there. A dimension's *member* is the
** index of a choice's member, or of a bound (the last one being `daarboven`).
*/
#ifndef BEDING_TABLES_H
#define BEDING_TABLES_H

#include "compiler/core.h"

/* Appends a table to the core; its index. Pointers to tables are of no use any more. */
uint32_t tables_add(Core *core, Table table);

/* The day up to which indexations are in a price by these clauses (`prijspeil`), or BD_DATE_MIN where they do not say. */
int32_t tables_price_level(Core *core, const Ast *clauses);

/* Members of a dimension; 0 when they are not known (texts, and numbers of an extern table). */
uint32_t dimension_size(const Core *core, const Dimension *dimension);

/* A member as the contract writes it: "zzp3", "tot en met 10", "daarboven". */
void dimension_append_member(const Core *core, const Dimension *dimension, uint32_t member, StringBuilder *out);

/* The bound equal to a value, or BD_NONE. The bounds rise. */
uint32_t dimension_find_bound(const Dimension *dimension, Number value);

/* A cell as readers name it: "gescheiden × exclusief × zzp6". */
void table_append_cell(const Core *core, const Table *table, uint32_t position, StringBuilder *out);

/* The name of a member nearest to `name`, for "bedoelde u"; empty when none is near. */
Text dimension_nearest(const Core *core, const Dimension *dimension, Text name);

/* table_fill.c: reads the rows of `rows` (the header first) into a version of the table; a tariff's unit as written may differ from the
** product's by `scale` (amount × scale is per the product's unit). Reports E0501 to E0509, E0523. */
void table_fill(Core *core, Table *table, TableVersion *version, const Ast *rows, Text unit);

/* One value of a table: a bare number of a tariff is euros; `unit` (empty: the table's own) is the unit after `per` in the header.
** False after reporting. */
bool table_cell_value(Core *core, const Table *table, const Ast *cell, Text unit, Number *out);

/* A constant as a cell or bound holds it: dates as day numbers, months, years, members and booleans as their integers. */
Number table_constant(const Expr *constant);

/* A date as text, in the compile arena. */
Text table_date_text(const Core *core, int32_t date);
Text table_count_text(const Core *core, uint64_t count);

#endif
