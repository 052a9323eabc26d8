/* Planning: which steps run when, as which kernels, in which registers. */
#include "plan.h"

#include <assert.h>
#include <string.h>

#include "cusp/mem.h"

/* A slot before the numbers of slots are known: a kind in the top bits, an index below. */
enum tag { TAG_REGISTER, TAG_INPUT, TAG_Y, TAG_OUTPUT, TAG_TABLE, TAG_SCALAR };
enum { TAG_SHIFT = 29 };
static const uint32_t NO_USE = UINT32_MAX, NOWHERE = UINT32_MAX;

struct planner {
    const struct program *program;
    struct plan *plan;
    size_t n_values;
    unsigned char *axes;   /* [values] */
    unsigned char *kept;   /* [values] made along one axis, read by the inner code */
    struct draft *of_step; /* [steps] */
    unsigned char *absorbed;
    uint32_t *slot;   /* [values and temporaries] tagged */
    uint32_t *last;   /* [values and temporaries] the last draft of the phase that reads it */
    uint32_t *scalar; /* [values] index among the plan's scalars, or NOWHERE */
    uint32_t *output; /* [values] the output it is made in, or NOWHERE */
    struct draft *drafts;
    size_t n_drafts, drafts_capacity;
    size_t n_temporaries;
    uint32_t *unused; /* free registers */
    size_t n_unused, unused_capacity;
};

static uint32_t tagged(enum tag tag, size_t index)
{
    return ((uint32_t)tag << TAG_SHIFT) | (uint32_t)index;
}

static bool is_step(const struct program *program, uint32_t value)
{
    return value >= program->n_variables + program->n_consts;
}

/* The weight of a row has the first number after the program's values. */
static uint32_t weight_value(const struct planner *planner)
{
    return (uint32_t)planner->n_values;
}

static bool is_scalar(const struct planner *planner, uint32_t value, enum axis phase)
{
    if (value >= planner->n_values) {
        return value == weight_value(planner) && planner->plan->mode == PLAN_ACCUMULATE_WEIGHTED;
    }
    enum axis axis = planner->axes[value];
    return axis == AXIS_NONE || (phase == AXIS_BOTH && axis == AXIS_Y);
}

static void find_axes(struct planner *planner, const unsigned char *axes)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts;
    memcpy(planner->axes, axes, program->n_variables);
    for (size_t i = 0; i < program->n_steps; i++) {
        const struct program_step *step = &program->steps[i];
        unsigned char all = 0;
        for (int k = 0; k < op_info(step->op)->arity; k++) {
            all |= planner->axes[step->args[k]];
        }
        planner->axes[first + i] = all;
        if (all == AXIS_NONE) {
            planner->plan->once[planner->plan->n_once++] = (uint32_t)i;
        }
    }
}

static void fuse_steps(struct planner *planner)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts;
    for (size_t i = program->n_steps; i-- > 0;) {
        if (!planner->absorbed[i] && planner->axes[first + i] != AXIS_NONE) {
            planner->of_step[i] = plan_fuse(program, i, planner->axes, planner->absorbed,
                                            planner->plan->mode != PLAN_KEEP);
        }
    }
}

static void keep(struct planner *planner, uint32_t value)
{
    struct plan *plan = planner->plan;
    bool on_one_axis = planner->axes[value] == AXIS_X || planner->axes[value] == AXIS_Y;
    if (!is_step(planner->program, value) || !on_one_axis || planner->kept[value]) {
        return;
    }
    planner->kept[value] = 1;
    if (planner->axes[value] == AXIS_Y) {
        planner->slot[value] = tagged(TAG_TABLE, plan->n_tables);
        plan->tables[plan->n_tables++] = value;
    }
}

/* What the inner code reads of the values made along one axis. */
static void find_kept(struct planner *planner)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts;
    for (size_t i = 0; i < program->n_steps; i++) {
        if (planner->absorbed[i] || planner->axes[first + i] != AXIS_BOTH) {
            continue;
        }
        for (int k = 0; k < planner->of_step[i].n_args; k++) {
            keep(planner, planner->of_step[i].args[k]);
        }
    }
    for (size_t o = 0; o < program->n_outputs; o++) {
        keep(planner, program->outputs[o]);
    }
}

static void push(struct planner *planner, const struct draft *draft)
{
    MEM_GROW(planner->drafts, planner->n_drafts, planner->drafts_capacity);
    planner->drafts[planner->n_drafts++] = *draft;
}

static bool swaps(enum kernel_op op)
{
    switch ((int)op) {
    case OP_ADD:
    case OP_MUL:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case KERNEL_SUB_SQUARE:
    case KERNEL_ADD_SQUARE:
    case KERNEL_MUL_ADD:
    case KERNEL_MUL_SUB:
    case KERNEL_SUB_MUL:
    case KERNEL_SUB_SQUARE_ADD:
    case KERNEL_ADD_SQUARE_ADD:
        return true;
    }
    return false;
}

static void swap_args(struct draft *draft)
{
    uint32_t a = draft->args[0];
    draft->args[0] = draft->args[1];
    draft->args[1] = a;
}

static int mode_of(const struct planner *planner, const struct draft *draft, enum axis phase)
{
    int mode = 0;
    for (int k = 0; k < draft->n_args; k++) {
        mode |= is_scalar(planner, draft->args[k], phase) ? 1 << k : 0;
    }
    return mode;
}

static bool has_kernel(const struct planner *planner, const struct draft *draft, int mode)
{
    return planner->plan->kernels->table[draft->op][mode].run != NULL;
}

/* Adds the draft, its operands arranged as some kernel wants them. */
static void push_arranged(struct planner *planner, struct draft draft, enum axis phase)
{
    if ((int)draft.op == OP_GT || (int)draft.op == OP_GE) {
        draft.op = (int)draft.op == OP_GT ? (enum kernel_op)OP_LT : (enum kernel_op)OP_LE;
        swap_args(&draft);
    }
    if (draft.op == KERNEL_LINEAR) {
        push(planner, &draft);
        return;
    }
    int mode = mode_of(planner, &draft, phase);
    if ((mode & MODE_A_SCALAR) && !(mode & MODE_B_SCALAR) && swaps(draft.op)) {
        swap_args(&draft);
        mode = mode_of(planner, &draft, phase);
    }
    for (int k = 2; k >= 0 && !has_kernel(planner, &draft, mode); k--) {
        if (mode & (1 << k)) {
            uint32_t filled = (uint32_t)(planner->n_values + planner->n_temporaries++);
            struct draft fill = {
                .op = KERNEL_FILL, .out = filled, .args = {draft.args[k]}, .n_args = 1};
            push(planner, &fill);
            draft.args[k] = filled;
            mode &= ~(1 << k);
        }
    }
    push(planner, &draft);
}

static uint32_t take_temporary(struct planner *planner)
{
    return (uint32_t)(planner->n_values + planner->n_temporaries++);
}

/* The two factors of an output that is a product made for it alone, whose own step is then left
   out; else false. */
static bool draw_in_product(struct planner *planner, uint32_t value, enum axis phase,
                            uint32_t factors[2])
{
    const struct program *program = planner->program;
    if (!is_step(program, value) || program->n_uses[value] != 1 || planner->axes[value] != phase) {
        return false;
    }
    size_t i = value - program->n_variables - program->n_consts;
    const struct draft *draft = &planner->of_step[i];
    if ((int)draft->op != OP_MUL && draft->op != KERNEL_SQUARE) {
        return false;
    }
    factors[0] = draft->args[0];
    factors[1] = draft->args[draft->op == KERNEL_SQUARE ? 0 : 1];
    planner->absorbed[i] = 1;
    return true;
}

/* The sum of output o over the lanes, or its addition to the output's slot: one instruction, the
   weight and a product drawn in where there is one for that. */
static struct draft draft_sum(struct planner *planner, size_t o, enum axis phase)
{
    enum plan_mode mode = planner->plan->mode;
    bool adds = mode == PLAN_ACCUMULATE || mode == PLAN_ACCUMULATE_WEIGHTED;
    bool weighted = mode == PLAN_REDUCE_WEIGHTED || mode == PLAN_ACCUMULATE_WEIGHTED;
    uint32_t value = planner->program->outputs[o], sum = take_temporary(planner);
    struct draft draft = {.out = sum};
    planner->slot[sum] = tagged(TAG_OUTPUT, o);
    draft.n_args = 1;
    draft.args[0] = value;
    if (!(adds && weighted) && draw_in_product(planner, value, phase, draft.args)) {
        draft.n_args = 2;
    }
    if (weighted) {
        draft.args[draft.n_args++] = weight_value(planner);
    }
    if (adds) {
        draft.op = draft.n_args == 1 ? (enum kernel_op)OP_ADD : KERNEL_MUL_ADD;
        draft.args[draft.n_args++] = sum;
    } else {
        draft.op = (enum kernel_op)(KERNEL_SUM + draft.n_args - 1);
    }
    return draft;
}

/* The last step of the phase that the sum waits for, or n_steps if it waits for none. */
static size_t last_waited(const struct planner *planner, const struct draft *sum, enum axis phase)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts, last = program->n_steps;
    for (int k = 0; k < sum->n_args; k++) {
        uint32_t arg = sum->args[k];
        if (arg < planner->n_values && is_step(program, arg) && planner->axes[arg] == phase) {
            last = last == program->n_steps || arg - first > last ? arg - first : last;
        }
    }
    return last;
}

/* The steps of the phase, each output's sum right after what it reads is made, while it is near. */
static void push_summed(struct planner *planner, enum axis phase)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts;
    struct draft *sums = mem_new(program->n_outputs + 1, sizeof *sums);
    uint32_t *after = mem_new(program->n_steps + 1, sizeof *after); /* chains of outputs, + 1 */
    uint32_t *next = mem_new(program->n_outputs + 1, sizeof *next);
    for (size_t o = program->n_outputs; o-- > 0;) {
        sums[o] = draft_sum(planner, o, phase);
        size_t last = last_waited(planner, &sums[o], phase);
        next[o] = after[last];
        after[last] = (uint32_t)o + 1;
    }
    for (size_t i = 0; i <= program->n_steps; i++) {
        if (i < program->n_steps && !planner->absorbed[i] && planner->axes[first + i] == phase) {
            push_arranged(planner, planner->of_step[i], phase);
        }
        for (uint32_t o = after[i]; o > 0; o = next[o - 1]) {
            push_arranged(planner, sums[o - 1], phase);
        }
    }
    mem_free(sums);
    mem_free(after);
    mem_free(next);
}

/* Where each output is made: by the step itself if the last phase makes it, else by a copy. */
static void push_outputs(struct planner *planner, enum axis phase)
{
    const struct program *program = planner->program;
    for (size_t o = 0; o < program->n_outputs; o++) {
        uint32_t value = program->outputs[o];
        if (planner->output[value] == o) {
            continue;
        }
        uint32_t copy = take_temporary(planner);
        bool scalar = is_scalar(planner, value, phase);
        struct draft draft = {
            .op = scalar ? KERNEL_FILL : KERNEL_COPY, .out = copy, .args = {value}, .n_args = 1};
        planner->slot[copy] = tagged(TAG_OUTPUT, o);
        push(planner, &draft);
    }
}

static void assign_outputs(struct planner *planner, enum axis phase)
{
    const struct program *program = planner->program;
    for (size_t o = 0; o < program->n_outputs; o++) {
        uint32_t value = program->outputs[o];
        if (is_step(program, value) && planner->axes[value] == phase &&
            planner->output[value] == NOWHERE) {
            planner->output[value] = (uint32_t)o;
            planner->slot[value] = tagged(TAG_OUTPUT, o);
        }
    }
}

static uint32_t scalar_slot(struct planner *planner, uint32_t value)
{
    struct plan *plan = planner->plan;
    if (planner->scalar[value] == NOWHERE) {
        MEM_GROW(plan->scalars, plan->n_scalars, plan->scalars_capacity);
        planner->scalar[value] = (uint32_t)plan->n_scalars;
        plan->scalars[plan->n_scalars++] = value;
    }
    return tagged(TAG_SCALAR, planner->scalar[value]);
}

static uint32_t take_register(struct planner *planner)
{
    if (planner->n_unused > 0) {
        return planner->unused[--planner->n_unused];
    }
    return (uint32_t)planner->plan->n_registers++;
}

static void drop_register(struct planner *planner, uint32_t index)
{
    MEM_GROW(planner->unused, planner->n_unused, planner->unused_capacity);
    planner->unused[planner->n_unused++] = index;
}

static void find_last_uses(struct planner *planner)
{
    for (size_t d = 0; d < planner->n_drafts; d++) {
        for (int k = 0; k < planner->drafts[d].n_args; k++) {
            planner->last[planner->drafts[d].args[k]] = (uint32_t)d;
        }
    }
}

/* Registers of arguments that die with draft d, free for its own result: kernels work in place. */
static void release_args(struct planner *planner, size_t d)
{
    const struct draft *draft = &planner->drafts[d];
    for (int k = 0; k < draft->n_args; k++) {
        uint32_t value = draft->args[k];
        bool temporary = value >= planner->n_values;
        bool made = temporary || is_step(planner->program, value);
        if (!made || planner->last[value] != d || (!temporary && planner->kept[value])) {
            continue;
        }
        uint32_t slot = planner->slot[value];
        if (slot != NOWHERE && slot >> TAG_SHIFT == TAG_REGISTER) {
            drop_register(planner, slot);
            planner->last[value] = NO_USE; /* it may be an argument twice */
        }
    }
}

static void place_drafts(struct planner *planner, enum axis phase, struct plan_code *code)
{
    find_last_uses(planner);
    for (size_t d = 0; d < planner->n_drafts; d++) {
        const struct draft *draft = &planner->drafts[d];
        int mode = mode_of(planner, draft, phase);
        MEM_GROW(code->steps, code->n, code->capacity);
        struct plan_step *step = &code->steps[code->n++];
        *step = (struct plan_step){.exponent = draft->exponent, .reduces = draft->op >= KERNEL_SUM};
        if (draft->op == KERNEL_LINEAR) {
            step->linear = planner->plan->kernels->linear[draft->n_args / 2];
        } else {
            step->run = planner->plan->kernels->table[draft->op][mode].run;
            assert(step->run);
        }
        for (int k = 0; k < draft->n_args; k++) {
            step->args[k] = mode & (1 << k) ? scalar_slot(planner, draft->args[k])
                                            : planner->slot[draft->args[k]];
        }
        release_args(planner, d);
        if (planner->slot[draft->out] == NOWHERE) {
            planner->slot[draft->out] = tagged(TAG_REGISTER, take_register(planner));
        }
        step->out = planner->slot[draft->out];
        for (int k = draft->n_args; k < KERNEL_LINEAR_ARGS; k++) {
            step->args[k] = step->out; /* any address that is there */
        }
    }
}

static void plan_phase(struct planner *planner, enum axis phase, bool final, struct plan_code *code)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts;
    planner->n_drafts = 0;
    if (final && planner->plan->mode != PLAN_KEEP) {
        push_summed(planner, phase);
        place_drafts(planner, phase, code);
        return;
    }
    if (final) {
        assign_outputs(planner, phase);
    }
    for (size_t i = 0; i < program->n_steps; i++) {
        if (!planner->absorbed[i] && planner->axes[first + i] == phase) {
            push_arranged(planner, planner->of_step[i], phase);
        }
    }
    if (final) {
        push_outputs(planner, phase);
    }
    place_drafts(planner, phase, code);
}

static uint32_t final_slot(const struct plan *plan, uint32_t slot)
{
    size_t index = slot & ((1u << TAG_SHIFT) - 1);
    switch ((enum tag)(slot >> TAG_SHIFT)) {
    case TAG_REGISTER:
        return (uint32_t)index;
    case TAG_INPUT:
        return plan_input_slot(plan, index);
    case TAG_Y:
        return plan_y_slot(plan, index);
    case TAG_OUTPUT:
        return plan_output_slot(plan, index);
    case TAG_TABLE:
        return plan_table_slot(plan, index);
    case TAG_SCALAR:
        return plan_scalar_slot(plan, index);
    }
    return 0;
}

static void finish_code(const struct plan *plan, struct plan_code *code)
{
    for (size_t i = 0; i < code->n; i++) {
        struct plan_step *step = &code->steps[i];
        step->out = final_slot(plan, step->out);
        for (int k = 0; k < KERNEL_LINEAR_ARGS; k++) {
            step->args[k] = final_slot(plan, step->args[k]);
        }
    }
}

static void fill_nowhere(uint32_t *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        items[i] = NOWHERE;
    }
}

static void planner_init(struct planner *planner, const struct program *program, struct plan *plan)
{
    size_t n_values = program_n_values(program);
    /* Each step may need each argument filled, each output a copy. */
    size_t n_all = n_values + 3 * program->n_steps + 4 * program->n_outputs + 2;
    *planner = (struct planner){
        .program = program, .plan = plan, .n_values = n_values, .n_temporaries = 1};
    planner->axes = mem_new(n_values + 1, 1);
    planner->kept = mem_new(n_values + 1, 1);
    planner->of_step = mem_new(program->n_steps + 1, sizeof *planner->of_step);
    planner->absorbed = mem_new(program->n_steps + 1, 1);
    planner->slot = mem_new(n_all, sizeof *planner->slot);
    planner->last = mem_new(n_all, sizeof *planner->last);
    planner->scalar = mem_new(n_values + 1, sizeof *planner->scalar);
    planner->output = mem_new(n_values + 1, sizeof *planner->output);
    fill_nowhere(planner->slot, n_all);
    fill_nowhere(planner->scalar, n_values + 1);
    fill_nowhere(planner->output, n_values + 1);
}

static void planner_done(struct planner *planner)
{
    mem_free(planner->axes);
    mem_free(planner->kept);
    mem_free(planner->of_step);
    mem_free(planner->absorbed);
    mem_free(planner->slot);
    mem_free(planner->last);
    mem_free(planner->scalar);
    mem_free(planner->output);
    mem_free(planner->drafts);
    mem_free(planner->unused);
}

static void find_inputs(struct planner *planner)
{
    struct plan *plan = planner->plan;
    plan->inputs = mem_new(plan->n_variables + 2, sizeof *plan->inputs);
    plan->ys = mem_new(plan->n_variables + 1, sizeof *plan->ys);
    for (size_t v = 0; v < plan->n_variables; v++) {
        if (planner->axes[v] == AXIS_X) {
            planner->slot[v] = tagged(TAG_INPUT, plan->n_inputs);
            plan->inputs[plan->n_inputs++] = (uint32_t)v;
        } else if (planner->axes[v] == AXIS_Y) {
            planner->slot[v] = tagged(TAG_Y, plan->n_ys);
            plan->ys[plan->n_ys++] = (uint32_t)v;
        }
    }
    if (plan->mode == PLAN_REDUCE_WEIGHTED) {
        planner->slot[weight_value(planner)] = tagged(TAG_INPUT, plan->n_inputs);
        plan->inputs[plan->n_inputs++] = weight_value(planner);
    }
}

void plan_make(struct plan *plan, const struct program *program, const struct kernel_set *kernels,
               const unsigned char *axes, enum plan_mode mode)
{
    struct planner planner;
    *plan = (struct plan){.signature = program->signature,
                          .kernels = kernels,
                          .n_variables = program->n_variables,
                          .n_outputs = program->n_outputs,
                          .mode = mode};
    plan->axes = mem_new(program->n_variables + 1, 1);
    memcpy(plan->axes, axes, program->n_variables);
    plan->once = mem_new(program->n_steps + 1, sizeof *plan->once);
    plan->tables = mem_new(program->n_steps + 1, sizeof *plan->tables);
    planner_init(&planner, program, plan);
    find_axes(&planner, axes);
    find_inputs(&planner);
    fuse_steps(&planner);
    bool grid = plan->n_ys > 0;
    if (grid) {
        find_kept(&planner);
        plan_phase(&planner, AXIS_Y, false, &plan->along_y);
    }
    plan_phase(&planner, AXIS_X, !grid, &plan->along_x);
    if (grid) {
        plan_phase(&planner, AXIS_BOTH, true, &plan->inner);
    }
    finish_code(plan, &plan->along_y);
    finish_code(plan, &plan->along_x);
    finish_code(plan, &plan->inner);
    planner_done(&planner);
}

void plan_done(struct plan *plan)
{
    mem_free(plan->axes);
    mem_free(plan->once);
    mem_free(plan->along_y.steps);
    mem_free(plan->along_x.steps);
    mem_free(plan->inner.steps);
    mem_free(plan->inputs);
    mem_free(plan->ys);
    mem_free(plan->tables);
    mem_free(plan->scalars);
    *plan = (struct plan){0};
}
