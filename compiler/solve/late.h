/* late.h: Z3, looked up when it is first needed.
**
** Linked in the usual way it would be loaded at the start of every command, which takes longer than most of them do. So its functions are
** members of one table, `Z3.mk_eq`, filled by z3_load; their types are those of its own header.
** Invariant: nothing is called before z3_load said true.
*/
#ifndef BEDING_SOLVE_LATE_H
#define BEDING_SOLVE_LATE_H

#include <stdbool.h>

#include <z3.h>

/* clang-format off */
#define Z3_FUNCTIONS(F) \
    F(ast_vector_dec_ref) F(ast_vector_get) F(ast_vector_inc_ref) F(ast_vector_size) F(del_config) \
    F(del_context) F(get_ast_kind) F(get_bool_value) F(get_error_code) F(get_numeral_int64) \
    F(get_numeral_rational_int64) F(get_sort) F(is_eq_ast) F(mk_add) F(mk_and) F(mk_app) F(mk_bool_sort) \
    F(mk_config) F(mk_const) F(mk_context) F(mk_div) F(mk_eq) F(mk_false) F(mk_fresh_const) F(mk_func_decl) \
    F(mk_ge) F(mk_implies) F(mk_int2real) F(mk_int64) F(mk_int_sort) F(mk_is_int) F(mk_ite) F(mk_le) F(mk_lt) \
    F(mk_mod) F(mk_mul) F(mk_not) F(mk_numeral) F(mk_or) F(mk_params) F(mk_real2int) F(mk_real_sort) \
    F(mk_simple_solver) F(mk_string_symbol) F(mk_sub) F(mk_true) F(mk_unary_minus) F(model_dec_ref) \
    F(model_eval) F(model_inc_ref) F(params_dec_ref) F(params_inc_ref) F(params_set_uint) F(set_error_handler) \
    F(simplify) F(solver_assert) F(solver_check_assumptions) F(solver_dec_ref) F(solver_get_model) \
    F(solver_get_statistics) F(solver_get_unsat_core) F(solver_inc_ref) F(solver_pop) F(solver_push) \
    F(solver_set_params) F(stats_dec_ref) F(stats_get_key) F(stats_get_uint_value) F(stats_inc_ref) \
    F(stats_is_uint) F(stats_size)
/* clang-format on */

typedef struct Z3Functions {
#define Z3_MEMBER(name) __typeof__(Z3_##name) *name;
    Z3_FUNCTIONS(Z3_MEMBER)
#undef Z3_MEMBER
} Z3Functions;

extern Z3Functions Z3;

/* Whether the library is there, with all of these. */
bool z3_load(void);

#endif
