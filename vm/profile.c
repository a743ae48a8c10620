/* profile.c: time per rule; see profile.h. */
#include "profile.h"

#include <string.h>

#include "op.h"
#include "session_run.h"
#include "status.h"

enum { TICKS = 1000 };

typedef struct Start {
    uint64_t (*now)(void *context);
    void *context;
} Start;

static bd_status start(bd_session *session, void *context, bd_error *error)
{
    const Start *call = context;
    (void)error;
    Profile *profile = arena_alloc(&session->arena, sizeof *profile);
    profile->now = call->now;
    profile->context = call->context;
    profile->program = module_fast_program(session->module);
    profile->ns = arena_array(&session->arena, profile->program->instructions + 1u, sizeof *profile->ns);
    uint64_t begin = profile_now(profile);
    for (int i = 0; i < TICKS; i++)
        (void)profile_now(profile);
    profile->tick = (profile_now(profile) - begin) / TICKS;
    session->profile = profile;
    return BD_OK;
}

bd_status bd_session_profile(bd_session *session, uint64_t (*now)(void *context), void *context, bd_error *error)
{
    if (!session || !now)
        return status_report(BD_ARGUMENT, 0, "bd_session_profile needs a session and a clock", error);
    if (session->module->PROGRAMS_count == 0 || session->module->PROGRAMS[0].kind != BD_PROGRAM_LINES)
        return status_report(BD_STATE, 0, "the module decides no lines", error);
    Start call = {now, context};
    return session_run(session, start, &call, error);
}

/* ---- Which rule needs what ---- */

/* The only rule that pays: then the amount is its work. */
static uint32_t payer_of(const bd_module *module)
{
    uint32_t payer = BD_NONE;
    for (uint32_t i = 0; i < module->RULES_count; i++) {
        if (module->RULES[i].effect != BD_EFFECT_PAY)
            continue;
        if (payer != BD_NONE)
            return BD_NONE;
        payer = i;
    }
    return payer;
}

/* The rule whose result an instruction without a result of its own gives, or BD_NONE. */
static uint32_t rule_of(const bd_module *module, const Instruction *in)
{
    if (in->op == OP_OUT_RULE)
        return in->imm;
    if (in->op == OP_OUT_DECISION) /* rests on the conditions of all rules, and is the work of none */
        return BD_NONE;
    if (in->op == OP_OUT_AMOUNT)
        return payer_of(module);
    if (in->site != BD_NONE && module->SITES[in->site].rule != BD_NONE)
        return module->SITES[in->site].rule;
    return in->place == BD_NONE ? BD_NONE : module->SOURCE_MAP[in->place].rule;
}

/* The walk from a rule's results back: which slots, and which domains, what was passed so far reads. */
typedef struct Walk {
    const bd_module *module;
    const ProgramRecord *program;
    uint8_t *slots, *domains;
} Walk;

static void need(Walk *walk, uint16_t slot)
{
    if (slot != NO_SLOT)
        walk->slots[slot] = 1;
}

/* Whether the rule needs the instruction; then also what it reads. */
static bool is_needed(Walk *walk, const Instruction *in, uint32_t rule)
{
    const bd_module *module = walk->module;
    const bool is_domain = op_info(in->op)->immediate == IMMEDIATE_DOMAIN;
    bool is_wanted = false;
    if (in->op == OP_OPEN_LIST || in->op == OP_OPEN_DAYS)
        is_wanted = walk->domains[in->imm] != 0;
    else if (in->dst == NO_SLOT)
        is_wanted = rule_of(module, in) == rule;
    else
        is_wanted = walk->slots[in->dst] != 0;
    if (!is_wanted)
        return false;
    if (in->dst != NO_SLOT) {
        walk->slots[in->dst] = 0;
        walk->domains[module->TYPES[in->type].domain] = 1;
    }
    if (is_domain) {
        walk->domains[in->imm] = 1;
        walk->domains[module->DOMAINS[walk->program->first_domain + in->imm].parent] = 1;
    }
    need(walk, in->a);
    need(walk, in->b);
    need(walk, in->c);
    const CallRecord *call = in->op == OP_CALL ? &module->CALLS[in->imm] : NULL;
    for (uint32_t i = 0; call && i < call->args; i++)
        need(walk, module->CALL_ARGS[call->first_arg + i]);
    return true;
}

typedef struct Read {
    bd_profile *out;
    bd_rule_profile *rules;
} Read;

/* How many rules need an instruction. Those that pay stand apart: an amount rests on what rejects the line, and yet that is the work of
** the rule that rejects. */
typedef struct Users {
    uint32_t judging, paying;
} Users;

/* Whether an instruction is the work of one rule. */
static bool is_own(Users users)
{
    return users.judging == 1 || (users.judging == 0 && users.paying == 1);
}

static void start_walk(Walk *walk)
{
    memset(walk->slots, 0, walk->program->slots);
    memset(walk->domains, 0, walk->program->domains);
}

static void count_users(Walk *walk, uint32_t rule, Users *users)
{
    const Instruction *code = walk->module->CODE + walk->program->first_instruction;
    const bool is_payer = walk->module->RULES[rule].effect == BD_EFFECT_PAY;
    start_walk(walk);
    for (uint32_t i = walk->program->instructions; i > 0; i--) {
        if (!is_needed(walk, &code[i - 1], rule))
            continue;
        users[i - 1].judging += !is_payer;
        users[i - 1].paying += is_payer;
    }
}

static bd_rule_profile time_of(Walk *walk, const Profile *profile, uint32_t rule, const Users *users)
{
    const Instruction *code = walk->module->CODE + walk->program->first_instruction;
    const bool is_payer = walk->module->RULES[rule].effect == BD_EFFECT_PAY;
    bd_rule_profile time = {0, 0};
    start_walk(walk);
    for (uint32_t i = walk->program->instructions; i > 0; i--) {
        if (!is_needed(walk, &code[i - 1], rule))
            continue;
        time.all_ns += profile->ns[i - 1];
        if (is_own(users[i - 1]) && is_payer == (users[i - 1].judging == 0))
            time.own_ns += profile->ns[i - 1];
    }
    return time;
}

static bd_status read_profile(bd_session *session, void *context, bd_error *error)
{
    const Read *call = context;
    const bd_module *module = session->module;
    const Profile *profile = session->profile;
    Walk walk = {.module = module, .program = profile->program};
    const uint32_t instructions = walk.program->instructions;
    (void)error;
    arena_reset(&session->result);
    walk.slots = arena_array(&session->result, walk.program->slots + 1u, 1);
    walk.domains = arena_array(&session->result, walk.program->domains + 1u, 1);
    Users *users = arena_array(&session->result, instructions + 1u, sizeof *users);
    for (uint32_t rule = 0; rule < module->RULES_count; rule++)
        count_users(&walk, rule, users);
    for (uint32_t rule = 0; rule < module->RULES_count; rule++)
        call->rules[rule] = time_of(&walk, profile, rule, users);
    *call->out = (bd_profile){
        .other_ns = profile->ns[instructions], .exact_ns = profile->exact_ns, .exact_rows = profile->exact_rows};
    for (uint32_t i = 0; i < instructions; i++) {
        if (users[i].judging == 0 && users[i].paying == 0)
            call->out->other_ns += profile->ns[i];
        else if (!is_own(users[i]))
            call->out->shared_ns += profile->ns[i];
    }
    return BD_OK;
}

bd_status bd_session_profiled(bd_session *session, bd_profile *out, bd_rule_profile *rules, bd_error *error)
{
    if (!session || !out || !rules)
        return status_report(BD_ARGUMENT, 0, "bd_session_profiled needs a session and room for what it tells", error);
    if (!session->profile)
        return status_report(BD_STATE, 0, "bd_session_profile was not called", error);
    Read call = {out, rules};
    return session_run(session, read_profile, &call, error);
}
