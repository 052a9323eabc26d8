/* Nodes over inputs and outputs: refined until K holds at points all over the box. */
#include "population_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { PLAIN_ROWS = 256 };

#define SMOOTH_TOLERANCE 1e-9 /* relative, of K of one or two parameters */
#define LARGE_TOLERANCE 1e-7  /* of more, which no integral resolves further */
#define KINK_TOLERANCE 1e-3
#define KINKS_TOLERANCE 2e-3 /* of two inputs */
#define MANY_TOLERANCE 1e-4  /* of three inputs and more, where nodes are dear */
#define MISSED_FROM 1e-6 /* a K below it is not compared with what the mean of r is rounded by */
#define MISSED_MOST 1e-6 /* an error of K above it calls for another way */
#define NOTHING 1e-13    /* × the median of K: a K below it is not compared */

/* --- refinement ------------------------------------------------------------------------------- */

void population_eval(struct population *p, const struct row_set *rows, double *out)
{
    const double *vars[SYNTAX_MAX_PARAMS];
    struct rows view = row_set_view(rows, rows->n_columns);
    for (size_t v = 0; v < p->graph->dim; v++)
        vars[v] = p->points + v * POPULATION_PROBES;
    program_sum(p->program, p->space, p->graph->dim, vars, POPULATION_PROBES, &view, &out);
}

/* The greatest relative difference of two K at the probe points. */
static double greatest_difference(const double *a, const double *b)
{
    double sizes[POPULATION_PROBES], greatest = 0;
    size_t n = 0;
    for (size_t i = 0; i < POPULATION_PROBES; i++)
        if (isfinite(b[i]))
            sizes[n++] = fabs(b[i]);
    if (n == 0)
        return INFINITY;
    double nothing = NOTHING * probe_select(sizes, n, n / 2);
    for (size_t i = 0; i < POPULATION_PROBES; i++) {
        double most = fmax(fabs(a[i]), fabs(b[i]));
        if (isfinite(a[i]) && isfinite(b[i]) && most > nothing)
            greatest = fmax(greatest, fabs(a[i] - b[i]) / most);
    }
    return greatest;
}

/* make: the rule of a family by its level, false if there is none. The first level whose K holds
   against the next two, or the last that there is: its rows in *best and the difference. False if
   there is no level at all. */
static bool
refine(struct population *p,
       bool (*make)(struct population *p, size_t level, void *context, struct row_set *rows),
       void *context, double tolerance, struct row_set *best, size_t *best_level, double *error)
{
    enum { KEPT = 3 };
    struct row_set sets[KEPT];
    double values[KEPT][POPULATION_PROBES];
    size_t first = 0, n = 0; /* levels first .. n − 1 are at hand */
    bool more = true;
    *error = INFINITY;
    for (;;) {
        while (more && n - first < KEPT) {
            more = n < POPULATION_LEVELS && make(p, n, context, &sets[n % KEPT]);
            if (more) {
                population_eval(p, &sets[n % KEPT], values[n % KEPT]);
                n++;
            }
        }
        if (n == 0)
            return false;
        if (n - first == 1) /* the last of all: no worse than the one before it, if there was one */
            break;
        *error = 0;
        for (size_t next = first + 1; next < n; next++)
            *error = fmax(*error, greatest_difference(values[first % KEPT], values[next % KEPT]));
        if (*error <= tolerance)
            break;
        row_set_done(&sets[first % KEPT]);
        first++;
    }
    *best = sets[first % KEPT];
    *best_level = first;
    for (size_t level = first + 1; level < n; level++)
        row_set_done(&sets[level % KEPT]);
    return true;
}

struct family {
    bool used[LIKELIHOOD_MAX_INPUTS + 1];
    size_t n_used, max;
    const struct row_set *inputs; /* of outputs */
};

static bool make_tensor(struct population *p, size_t level, void *context, struct row_set *rows)
{
    const struct family *family = context;
    return population_tensor(p, family->used, level, family->max, rows);
}

static bool make_sobol(struct population *p, size_t level, void *context, struct row_set *rows)
{
    const struct family *family = context;
    size_t n = (size_t)256 << level;
    return n <= family->max && population_sobol(p, family->used, n, rows);
}

static bool make_outputs(struct population *p, size_t level, void *context, struct row_set *rows)
{
    const struct family *family = context;
    return population_outputs(p, family->inputs, level, rows);
}

struct both {
    struct family family;
    size_t output_level;
};

static bool make_both(struct population *p, size_t level, void *context, struct row_set *rows)
{
    const struct both *both = context;
    struct row_set inputs;
    if (!population_tensor(p, both->family.used, level, both->family.max, &inputs))
        return false;
    bool good = population_outputs(p, &inputs, both->output_level, rows);
    row_set_done(&inputs);
    return good;
}

/* --- words ------------------------------------------------------------------------------------ */

static void set_how(struct population *p, const struct family *family, const char *rule, size_t n,
                    size_t n_outputs)
{
    struct text text;
    text_init(&text);
    if (family->n_used == 0 && n_outputs == 0)
        text_add(&text, "closed form");
    else if (family->n_used > 0)
        text_addf(&text, "%s, %zu nodes", rule, n);
    if (n_outputs > 0)
        text_addf(&text, "%s%zu nodes of the truth%s", family->n_used > 0 ? " × " : "", n_outputs,
                  family->n_used > 0 ? " each" : "");
    mem_free(p->graph->how);
    p->graph->how = mem_copy_text(text_get(&text), text.length);
    p->likelihood->kl_how = p->graph->how;
    text_done(&text);
}

/* n: nodes of all axes together. */
static const char *rule_name(const struct population *p, const struct family *family, size_t n)
{
    const char *name = NULL;
    double each = family->n_used > 0 ? pow((double)n, 1 / (double)family->n_used) : 0;
    for (size_t i = 0; i < p->graph->n_inputs; i++) {
        if (!family->used[i])
            continue;
        const struct law *law = p->graph->input[i];
        bool normal = strcmp(law->kind->name, "normal") == 0;
        const char *rule = strcmp(law->kind->name, "uniform") == 0          ? "Gauss–Legendre"
                           : normal && each < POPULATION_HERMITE_MOST + 0.5 ? "Gauss–Hermite"
                           : normal                                         ? "equal steps"
                           : law_discrete(law)                              ? "exact sum"
                                                                            : "Gauss";
        if (name != NULL && strcmp(rule, name) != 0)
            return "tensor of rules";
        name = rule;
    }
    return name != NULL ? name : "";
}

/* --- all of it -------------------------------------------------------------------------------- */

static void find_family(struct population *p, struct family *family)
{
    size_t n = dag_n_variables(p->dag);
    bool *used = mem_new(n + 1, sizeof *used);
    *family = (struct family){.max = POPULATION_MAX_ROWS};
    graph_variables(p->dag, p->term, used);
    for (size_t i = 0; i < p->graph->n_inputs; i++) {
        family->used[i] = used[p->graph->dim + i];
        family->n_used += family->used[i];
    }
    mem_free(used);
    if (family->n_used == 1)
        family->max = POPULATION_MAX_LINE;
}

static double smooth_tolerance(const struct population *p)
{
    return p->graph->dim <= 2 ? SMOOTH_TOLERANCE : LARGE_TOLERANCE;
}

static double tolerance_of(const struct population *p, const struct family *family)
{
    double tolerance = p->smooth            ? smooth_tolerance(p)
                       : family->n_used > 1 ? KINKS_TOLERANCE
                                            : KINK_TOLERANCE;
    return family->n_used > 2 ? fmax(tolerance, MANY_TOLERANCE) : tolerance;
}

static enum status too_many(struct population *p)
{
    diags_add(p->diags, SEV_ERROR, p->syntax->file, p->syntax->source, p->syntax->truths[0].at,
              "K cannot be computed: it takes more than %d nodes of inputs and outputs",
              POPULATION_MAX_ROWS);
    return ST_INPUT;
}

/* Inputs alone: K has a closed form at each. */
static enum status input_nodes(struct population *p, struct family *family)
{
    double error = INFINITY, tolerance = tolerance_of(p, family);
    size_t level;
    const char *rule = NULL;
    bool found = refine(p, make_tensor, family, tolerance, &p->rows, &level, &error);
    if (!found || (error > 1e-2 && family->n_used > 2)) {
        struct row_set sobol;
        double other;
        bool have = refine(p, make_sobol, family, tolerance, &sobol, &level, &other);
        if (have && found && !(other < error)) {
            row_set_done(&sobol);
        } else if (have) {
            if (found)
                row_set_done(&p->rows);
            p->rows = sobol;
            error = other;
            rule = "quasi-random";
            found = true;
        }
    }
    if (!found)
        return too_many(p);
    p->likelihood->kl_error = error;
    if (rule == NULL)
        rule = rule_name(p, family, p->rows.n);
    set_how(p, family, rule, p->rows.n, 0);
    return ST_OK;
}

/* The mean of r = p/p0 − 1 over the truth is 0. What rows make of it is what they miss of the
   model's mass, and K misses it too: the greatest such over K at the probe points. */
static double missing_mass(struct population *p, const struct row_set *rows)
{
    double kl[POPULATION_PROBES], mass[POPULATION_PROBES], greatest = 0;
    struct program *term = p->program, *ratio = program_new(p->dag, &p->residual[0], 1);
    population_eval(p, rows, kl);
    p->program = ratio;
    population_eval(p, rows, mass);
    p->program = term;
    program_free(ratio);
    for (size_t i = 0; i < POPULATION_PROBES; i++)
        if (isfinite(kl[i]) && kl[i] > MISSED_FROM)
            greatest = fmax(greatest, fabs(mass[i]) / kl[i]);
    return greatest;
}

/* Inputs and outputs: first the outputs on a few inputs, then the inputs. */
static enum status nodes_of_both(struct population *p, struct family *family)
{
    struct both both = {.family = *family};
    struct row_set inputs, found;
    double error, input_error = 0;
    size_t level = 4;
    while (!population_tensor(p, family->used, level, family->n_used > 1 ? 64 : 16, &inputs))
        if (level-- == 0)
            return too_many(p);
    family->inputs = &inputs;
    bool good =
        refine(p, make_outputs, family, smooth_tolerance(p), &found, &both.output_level, &error);
    size_t n_inputs = inputs.n;
    row_set_done(&inputs);
    if (!good)
        return too_many(p);
    if (family->n_used > 0) {
        row_set_done(&found);
        if (!refine(p, make_both, &both, tolerance_of(p, family), &found, &level, &input_error))
            return too_many(p);
        if (population_tensor(p, family->used, level, POPULATION_MAX_ROWS, &inputs)) {
            n_inputs = inputs.n;
            row_set_done(&inputs);
        }
    }
    p->rows = found;
    double missed = p->n_residuals > 0 ? missing_mass(p, &found) : 0;
    p->likelihood->kl_error = fmax(error + input_error, missed);
    set_how(p, family, rule_name(p, family, n_inputs), n_inputs, found.n / n_inputs);
    return ST_OK;
}

/* Where the model has mass of which the truth's nodes know nothing (outside its support, far away),
   K is the mean of log p0 − log p itself, if that settles better. */
static enum status both_nodes(struct population *p, struct family *family)
{
    struct population before;
    enum status status = nodes_of_both(p, family);
    double error = p->likelihood->kl_error;
    if (status != ST_OK || error <= MISSED_MOST)
        return status;
    before = *p;
    population_use_logs(p);
    status = nodes_of_both(p, family);
    if (status == ST_OK && p->likelihood->kl_error < 0.1 * error) {
        row_set_done(&before.rows);
        program_free(before.program);
        dag_free(before.dag);
        return ST_OK;
    }
    if (status == ST_OK)
        row_set_done(&p->rows);
    program_free(p->program);
    dag_free(p->dag);
    *p = before;
    p->likelihood->kl_error = error;
    return ST_OK;
}

/* The inputs alone of the rows found, each once. */
static void set_inputs(struct population *p)
{
    const struct row_set *rows = &p->rows;
    size_t n_inputs = p->graph->n_inputs;
    struct row_set inputs;
    row_set_init(&inputs, n_inputs, rows->n);
    for (size_t r = 0; r < rows->n; r++) {
        bool same = inputs.n > 0; /* nodes of an output follow one another */
        double x[LIKELIHOOD_MAX_INPUTS];
        for (size_t i = 0; i < n_inputs; i++) {
            x[i] = rows->column[i][r];
            same = same && inputs.column[i][inputs.n - 1] == x[i];
        }
        if (same)
            inputs.weight[inputs.n - 1] += rows->weight[r];
        else
            row_set_add(&inputs, x, rows->weight[r]);
    }
    p->graph->inputs = row_set_take(&inputs);
}

void population_plain_nodes(struct population *p)
{
    struct family family;
    double kl[POPULATION_PROBES], sum[POPULATION_PROBES];
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    double *out = kl;
    find_family(p, &family);
    for (size_t v = 0; v < p->graph->dim; v++) {
        vars[v] = p->points + v * POPULATION_PROBES;
        step[v] = 1;
    }
    program_eval(p->model->kl, p->space, vars, step, POPULATION_PROBES, &out);
    bool found = false;
    for (size_t level = 0; level < POPULATION_LEVELS && !found; level++) {
        if (!population_tensor(p, family.used, level, PLAIN_ROWS, &p->rows))
            break;
        population_eval(p, &p->rows, sum);
        found = greatest_difference(kl, sum) <= SMOOTH_TOLERANCE;
        if (!found)
            row_set_done(&p->rows);
    }
    if (!found && !population_sobol(p, family.used, PLAIN_ROWS, &p->rows))
        row_set_init(&p->rows, p->graph->n_inputs, 0);
    set_inputs(p);
}

enum status population_nodes(struct population *p)
{
    p->arguments = mem_new(p->graph->output->n_flat + 1, sizeof *p->arguments);
    struct family family;
    find_family(p, &family);
    enum status status = p->with_y ? both_nodes(p, &family) : input_nodes(p, &family);
    if (status == ST_OK)
        set_inputs(p);
    return status;
}
