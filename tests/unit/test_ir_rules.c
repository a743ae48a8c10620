/* test_ir_rules.c: what a listing of IR does not show: which values are shared, which faults are kept, where
 * instructions come from, how large a program may become, and which slot a value gets.
 */
#include "compiler/slots.h"
#include "unit/check.h"
#include "unit/ir_fixture.h"
#include "vm/core/limits.h"

static void check_sharing(void)
{
    Fixture f;
    start(&f);
    Ir *ir = &f.ir;
    IrValue a = cents(ir, 0);
    IrValue b = cents(ir, 1);
    CHECK(ir_add(ir, a, b) == ir_add(ir, b, a), "sums in either order are one");
    CHECK(ir_sub(ir, a, b) != ir_sub(ir, b, a), "differences are not");
    IrValue guard = flag(ir, 2);
    uint32_t site = ir_add_site(ir, "deling_door_nul", BD_NONE);
    IrValue x = ir_div(ir, a, b, guard, site);
    CHECK(x == ir_div(ir, a, b, guard, site), "one guard, one division");
    CHECK(x != ir_div(ir, a, b, IR_NONE, site), "another guard, another division");
    CHECK(x != ir_div(ir, a, b, guard, 0), "another site, another division");
    IrValue y = ir_div(ir, b, a, guard, site);
    CHECK(ir_add(ir, x, y) != ir_add(ir, y, x), "the first fault is shown, so faulty sums keep their order");
    CHECK(ir_add_site(ir, "deling_door_nul", BD_NONE) == site, "one site");
    ir->rule = 4;
    CHECK(ir_add_site(ir, "deling_door_nul", BD_NONE) != site, "a site per rule");
    stop(&f);
}

static void check_faults_kept(void)
{
    Fixture f;
    start(&f);
    Ir *ir = &f.ir;
    IrValue safe = flag(ir, 0);
    IrValue faulty = ir_compare(ir, IR_LT, quotient(ir, IR_NONE), cents(ir, 0));
    IrValue no = ir_bool(ir, false, 0);
    IrValue yes = ir_bool(ir, true, 0);
    CHECK(ir_is_false(ir, ir_and(ir, safe, no)) && ir_is_true(ir, ir_or(ir, safe, yes)), "without fault: folded");
    CHECK(!ir_is_false(ir, ir_and(ir, faulty, no)) && !ir_is_true(ir, ir_or(ir, faulty, yes)), "with a fault: kept");
    CHECK(ir_is_false(ir, ir_and(ir, no, faulty)) && ir_is_true(ir, ir_or(ir, yes, faulty)), "not looked at: folded");
    CHECK(ir_and(ir, faulty, yes) == faulty && ir_or(ir, no, faulty) == faulty, "neutral: the other operand");
    CHECK(ir_is_false(ir, ir_and(ir, safe, ir_not(ir, safe))), "a and not a");
    CHECK(!ir_is_false(ir, ir_and(ir, faulty, ir_not(ir, faulty))), "a and not a, with a fault");
    CHECK(ir_select(ir, safe, faulty, faulty) == faulty, "equal arms");
    CHECK(ir_select(ir, faulty, safe, safe) != safe, "equal arms of a condition that can fault");
    CHECK(ir_is_true(ir, ir_compare(ir, IR_EQ, cents(ir, 0), cents(ir, 0))), "equal to itself");
    CHECK(!ir_at(ir, ir_compare(ir, IR_EQ, quotient(ir, IR_NONE), quotient(ir, IR_NONE)))->is_constant,
          "unless it can fault");
    CHECK(ir_at(ir, ir_mul(ir, cents(ir, 0), number(ir, 0, 1)))->is_constant, "nothing times zero");
    CHECK(!ir_at(ir, ir_mul(ir, quotient(ir, IR_NONE), number(ir, 0, 1)))->is_constant, "a fault times zero");
    stop(&f);
}

static void check_places(void)
{
    Fixture f;
    start(&f);
    Ir *ir = &f.ir;
    IrPlace first = {.span = {0, 1, 2}, .label = TEXT("a"), .rule = BD_NONE, .citation = BD_NONE};
    IrPlace second = first;
    second.label = TEXT("b");
    ir->place = ir_add_place(ir, &first);
    CHECK(ir_add_place(ir, &first) == ir->place && ir_add_place(ir, &second) != ir->place, "equal places are one");
    IrValue whole = ir_load(ir, 0, (IrType){BD_KIND_SCALED, 0, 1});
    IrValue amount = cents(ir, 1);
    IrValue sum = ir_add(ir, whole, amount);
    CHECK(ir_at(ir, sum)->place == 0 && ir_at(ir, ir_at(ir, sum)->a)->op == OP_SCALE, "a sum with a rescaled operand");
    CHECK(ir_at(ir, ir_at(ir, sum)->a)->place == BD_NONE, "the rescaling is not the contract's");
    ir->place = ir_add_place(ir, &second);
    CHECK(ir_at(ir, ir_add(ir, whole, amount))->place == 0, "the first place stays");
    CHECK(ir_at(ir, ir_scaled_to(ir, whole, 100))->place == BD_NONE, "still not the contract's");
    stop(&f);
}

/* Places and sites by the thousand: found again. */
static void check_pools(void)
{
    Fixture f;
    start(&f);
    bool same = true;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 5000; i++) {
            IrPlace place = {.span = {0, i, i + 1}, .label = TEXT("x"), .rule = BD_NONE, .citation = BD_NONE};
            same = same && ir_add_place(&f.ir, &place) == i;
            same = same && ir_add_site(&f.ir, "geen_cel", i) == i + 1;
        }
    }
    CHECK(same && f.shared.place_count == 5000 && f.shared.site_count == 5001, "each is found again");
    CHECK(text_equal(f.shared.sites[0].code, TEXT("getalgrens")), "site 0");
    stop(&f);
}

static void check_limit(void)
{
    Fixture f;
    start(&f);
    Ir *ir = &f.ir;
    IrValue sum = ir_load(ir, 0, CENTS);
    for (uint32_t i = 1; i < PROGRAM_MAX_INSTRUCTIONS; i++) {
        sum = ir_add(ir, sum, ir_load(ir, i, CENTS));
    }
    CHECK(ir->failed && f.diags.error_count == 1, "%zu errors", f.diags.error_count);
    CHECK(ir->count < PROGRAM_MAX_INSTRUCTIONS + 100, "%u instructions", ir->count);
    CHECK(ir_at(ir, sum)->type.kind == BD_KIND_SCALED, "still a number");
    out(ir, sum);
    stop(&f);
}

static void check_cost(void)
{
    Fixture f;
    start(&f);
    Ir *ir = &f.ir;
    uint16_t list = ir_add_domain(ir, DOMAIN_LIST, 0, 1, 50);
    ir_open_list(ir, list);                                              /* 1 */
    IrValue volume = ir_load(ir, 3, in_domain(CENTS, list));             /* 50 */
    IrValue sum = ir_reduce(ir, OP_SUM, list, volume, IR_NONE, BD_NONE); /* 50, and 50 for the mask */
    out(ir, ir_round(ir, sum, ROUND_UP, ratio(1, 1)));                   /* 3 and 1 */
    CHECK(ir_cost(ir) == 155, "%llu", (unsigned long long)ir_cost(ir));
    uint16_t inner = list;
    for (int i = 0; i < 12; i++) {
        inner = ir_add_domain(ir, DOMAIN_LIST, inner, 1, 100000);
        ir_open_list(ir, inner);
    }
    CHECK(ir_cost(ir) == UINT64_MAX, "beyond 64 bits");
    stop(&f);
}

/* No two values that live at once share a slot, and a result never takes an operand's. */
static void check_slots_of(const Ir *ir, const SlotMap *map)
{
    bool good = true;
    for (uint32_t i = 0; i < ir->count; i++) {
        const IrInstruction *at = &ir->code[i];
        const IrValue operands[3] = {at->a, at->b, at->c};
        for (int k = 0; k < 3; k++) {
            if (operands[k] == IR_NONE) {
                continue;
            }
            uint16_t slot = map->slot[operands[k]];
            good = good && slot < map->count && slot != map->slot[i];
            for (uint32_t between = operands[k] + 1; between < i; between++) {
                good = good && map->slot[between] != slot;
            }
        }
    }
    CHECK(good, "a slot is overwritten while it is in use");
}

static void check_slots(void)
{
    Fixture f;
    start(&f);
    Ir *ir = &f.ir;
    uint16_t list = ir_add_domain(ir, DOMAIN_LIST, 0, 1, 50);
    ir_open_list(ir, list);
    IrValue sum = number(ir, 1, 1);
    for (uint32_t i = 0; i < 200; i++) {
        IrValue volume = ir_load(ir, i, in_domain(CENTS, list));
        IrValue mask = ir_compare(ir, IR_LT, volume, sum);
        sum = ir_add(ir, sum, ir_reduce(ir, OP_SUM, list, volume, mask, BD_NONE));
    }
    out(ir, sum);
    ir_prune(ir);
    SlotMap map;
    CHECK(slots_allocate(&f.arena, ir, &map), "it fits");
    check_slots_of(ir, &map);
    CHECK(map.count < 12, "%u slots for %u instructions", map.count, ir->count);
    stop(&f);
}

int main(void)
{
    check_group("sharing");
    check_sharing();
    check_group("faults are kept");
    check_faults_kept();
    check_group("places");
    check_places();
    check_group("pools");
    check_pools();
    check_group("limit");
    check_limit();
    check_group("cost");
    check_cost();
    check_group("slots");
    check_slots();
    return check_done();
}
