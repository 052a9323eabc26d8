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

static bool is_scalar(const struct planner *planner, uint32_t value, enum axis phase)
{
    if (value >= planner->n_values) {
        return false;
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
            planner->of_step[i] = plan_fuse(program, i, planner->axes, planner->absorbed);
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

/* Where each output is made: by the step itself if the last phase makes it, else by a copy. */
static void push_outputs(struct planner *planner, enum axis phase)
{
    const struct program *program = planner->program;
    for (size_t o = 0; o < program->n_outputs; o++) {
        uint32_t value = program->outputs[o];
        if (planner->output[value] == o) {
            continue;
        }
        uint32_t copy = (uint32_t)(planner->n_values + planner->n_temporaries++);
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
        *step = (struct plan_step){.run = planner->plan->kernels->table[draft->op][mode].run,
                                   .exponent = draft->exponent};
        assert(step->run);
        for (int k = 0; k < draft->n_args; k++) {
            step->args[k] = mode & (1 << k) ? scalar_slot(planner, draft->args[k])
                                            : planner->slot[draft->args[k]];
        }
        release_args(planner, d);
        if (planner->slot[draft->out] == NOWHERE) {
            planner->slot[draft->out] = tagged(TAG_REGISTER, take_register(planner));
        }
        step->out = planner->slot[draft->out];
        for (int k = draft->n_args; k < 3; k++) {
            step->args[k] = step->out; /* any address that is there */
        }
    }
}

static void plan_phase(struct planner *planner, enum axis phase, bool final, struct plan_code *code)
{
    const struct program *program = planner->program;
    size_t first = program->n_variables + program->n_consts;
    planner->n_drafts = 0;
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
        return plan_y_slot(plan);
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
        for (int k = 0; k < 3; k++) {
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
    size_t n_all = n_values + 3 * program->n_steps + program->n_outputs + 1;
    *planner = (struct planner){.program = program, .plan = plan, .n_values = n_values};
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
    plan->inputs = mem_new(plan->n_variables + 1, sizeof *plan->inputs);
    plan->y_variable = UINT32_MAX;
    for (size_t v = 0; v < plan->n_variables; v++) {
        if (planner->axes[v] == AXIS_X) {
            planner->slot[v] = tagged(TAG_INPUT, plan->n_inputs);
            plan->inputs[plan->n_inputs++] = (uint32_t)v;
        } else if (planner->axes[v] == AXIS_Y) {
            planner->slot[v] = tagged(TAG_Y, 0);
            plan->y_variable = (uint32_t)v;
        }
    }
}

void plan_make(struct plan *plan, const struct program *program, const struct kernel_set *kernels,
               const unsigned char *axes)
{
    struct planner planner;
    *plan = (struct plan){.signature = program->signature,
                          .kernels = kernels,
                          .n_variables = program->n_variables,
                          .n_outputs = program->n_outputs};
    plan->axes = mem_new(program->n_variables + 1, 1);
    memcpy(plan->axes, axes, program->n_variables);
    plan->once = mem_new(program->n_steps + 1, sizeof *plan->once);
    plan->tables = mem_new(program->n_steps + 1, sizeof *plan->tables);
    planner_init(&planner, program, plan);
    find_axes(&planner, axes);
    find_inputs(&planner);
    fuse_steps(&planner);
    bool grid = plan->y_variable != UINT32_MAX;
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
    mem_free(plan->tables);
    mem_free(plan->scalars);
    *plan = (struct plan){0};
}
