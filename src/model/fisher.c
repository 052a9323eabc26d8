/* Degeneracy at a point: K, its gradient, its Hessian and the Fisher information with spectrum and
 * rank. */
#include "cusp/fisher.h"

#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "fisher_parts.h"
#include "likelihood_parts.h"
#include "model_parts.h"

/* Of w or the side of the box: eight roundings. */
#define KINKED_ERROR 1e-6 /* of K: more is left of kinks that lie between nodes */
#define KINK_ROUNDING (8 * 2.2e-16)

static void allocate(struct fisher *fisher, const struct model *model)
{
    size_t dim = model->dim;
    *fisher = (struct fisher){.dim = dim, .has_zero = model->has_zero, .kl_min = model->kl_min};
    fisher->gradient = mem_new(dim, sizeof *fisher->gradient);
    fisher->matrix = mem_new(dim, dim * sizeof *fisher->matrix);
    fisher->eigenvalues = mem_new(dim, sizeof *fisher->eigenvalues);
    fisher->eigenvectors = mem_new(dim, dim * sizeof *fisher->eigenvectors);
    fisher->hessian = mem_new(dim, dim * sizeof *fisher->hessian);
    fisher->hessian_eigenvalues = mem_new(dim, sizeof *fisher->hessian_eigenvalues);
    fisher->of_likelihood = model->likelihood != NULL;
    fisher->has_truth = model->likelihood != NULL && model->likelihood->has_truth;
}

void fisher_done(struct fisher *fisher)
{
    mem_free(fisher->gradient);
    mem_free(fisher->matrix);
    mem_free(fisher->eigenvalues);
    mem_free(fisher->eigenvectors);
    mem_free(fisher->hessian);
    mem_free(fisher->hessian_eigenvalues);
    *fisher = (struct fisher){0};
}

/* A piecewise operation may switch within a few roundings of w. */
static bool at_kink(const struct model *model, struct program_space *space, const double *w)
{
    struct interval box[SYNTAX_MAX_PARAMS], value;
    if (model->smooth)
        return false;
    for (size_t i = 0; i < model->dim; i++) {
        double span = model->params[i].high - model->params[i].low;
        double room = KINK_ROUNDING * fmax(fabs(w[i]), span);
        box[i] = interval_of(w[i] - room, w[i] + room);
    }
    program_interval(model->kl, space, box, &value);
    return value.kink;
}

static bool all_finite(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* What eigenvalues are measured against, whatever they are at w. */
static double matrix_scale(const struct model *model)
{
    return model->likelihood != NULL ? model->likelihood->graph->fisher_scale : model->hess_scale;
}

static void find_rank(struct fisher *fisher, const struct model *model)
{
    double largest = matrix_scale(model);
    for (size_t i = 0; i < fisher->dim; i++)
        largest = fmax(largest, fabs(fisher->eigenvalues[i]));
    fisher->tolerance = FISHER_RANK_TOLERANCE * largest;
    fisher->rank = 0;
    for (size_t i = 0; i < fisher->dim; i++)
        fisher->rank += fabs(fisher->eigenvalues[i]) > fisher->tolerance;
}

static void find_class(struct fisher *fisher, const struct model *model,
                       struct program_space *space, const double *w)
{
    double width;
    bool zero =
        fisher->kl <= model->kl_tolerance || descend_is_rounding_zero(model, space, w, &width);
    if (!zero) {
        fisher->point_class = POINT_NOT_TRUE;
    } else if (fisher->rank == fisher->dim) {
        fisher->point_class = POINT_REGULAR;
        fisher->zero_dim_known = true;
    } else {
        fisher_classify(model, space, w, fisher);
    }
}

/* Sets matrix, the Hessian beside it and both spectra; false where they are not finite. */
static bool find_matrices(const struct model *model, struct program_space *space, const double *w,
                          struct fisher *out)
{
    size_t dim = model->dim;
    if (model->likelihood == NULL)
        memcpy(out->matrix, out->hessian, dim * dim * sizeof *out->matrix);
    else if (!fisher_information(model, space, w, out->matrix))
        return false;
    if (!all_finite(out->matrix, dim * dim) || !all_finite(out->hessian, dim * dim) ||
        linalg_eigen(out->matrix, dim, out->eigenvalues, out->eigenvectors) != ST_OK ||
        linalg_eigen(out->hessian, dim, out->hessian_eigenvalues, NULL) != ST_OK)
        return false;
    double difference = 0, size = matrix_scale(model) * FISHER_RANK_TOLERANCE;
    for (size_t i = 0; i < dim * dim; i++) {
        difference = fmax(difference, fabs(out->matrix[i] - out->hessian[i]));
        size = fmax(size, fmax(fabs(out->matrix[i]), fabs(out->hessian[i])));
    }
    out->hessian_difference = size > 0 ? difference / size : 0;
    return true;
}

/* Where a kink of the model moves with w, a sum over nodes has not the curvature of the integral:
   it misses E[misfit × the jump of the slope], which is 0 at a true parameter only. */
static void forget_hessian(const struct model *model, struct fisher *out)
{
    const struct likelihood *likelihood = model->likelihood;
    if (likelihood == NULL || !likelihood->has_truth || model->smooth ||
        likelihood->kl_error < KINKED_ERROR || out->point_class != POINT_NOT_TRUE)
        return;
    for (size_t i = 0; i < out->dim * out->dim; i++)
        out->hessian[i] = NAN;
    for (size_t i = 0; i < out->dim; i++)
        out->hessian_eigenvalues[i] = NAN;
    out->hessian_difference = NAN;
}

enum status fisher_at(const struct model *model, const double *w, struct fisher *out)
{
    size_t dim = model->dim, n_outputs = 1 + dim + dim * (dim + 1) / 2;
    allocate(out, model);
    struct program_space *space = program_space_new();
    double *values = mem_new(n_outputs, sizeof *values);
    enum status status = ST_DOMAIN;
    program_point(model->kl_hess, space, w, values);
    out->kl = values[0];
    memcpy(out->gradient, values + 1, dim * sizeof *values);
    unpack_symmetric(values + 1 + dim, dim, out->hessian);
    out->point_class = POINT_UNDEFINED;
    out->kink = at_kink(model, space, w);
    if (all_finite(values, n_outputs) && find_matrices(model, space, w, out)) {
        status = ST_OK;
        find_rank(out, model);
        find_class(out, model, space, w);
        forget_hessian(model, out);
    }
    mem_free(values);
    program_space_free(space);
    return status;
}

/* --- map -------------------------------------------------------------------------------------- */

static signed char rank_of(const struct model *model, double *matrix)
{
    size_t dim = model->dim;
    double values[SYNTAX_MAX_PARAMS], largest = matrix_scale(model);
    if (!all_finite(matrix, dim * dim))
        return -1;
    if (dim <= 3)
        small_eigen(matrix, dim, values);
    else if (linalg_eigen(matrix, dim, values, NULL) != ST_OK)
        return -1;
    int rank = 0;
    for (size_t i = 0; i < dim; i++)
        largest = fmax(largest, fabs(values[i]));
    for (size_t i = 0; i < dim; i++)
        rank += fabs(values[i]) > FISHER_RANK_TOLERANCE * largest;
    return (signed char)rank;
}

/* One line of the grid by a program whose last outputs are the matrix's upper triangle. */
struct rank_line {
    const struct program *program;
    struct program_space *space;
    size_t n_outputs;
    double **out;
    double *matrix, *upper;
};

static void rank_by_program(const struct model *model, struct rank_line *line,
                            const double *const *vars, const int *step, size_t nx,
                            signed char *rank)
{
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2;
    program_eval(line->program, line->space, vars, step, nx, line->out);
    for (size_t ix = 0; ix < nx; ix++) {
        for (size_t k = 0; k < n_upper; k++)
            line->upper[k] = line->out[line->n_outputs - n_upper + k][ix];
        unpack_symmetric(line->upper, dim, line->matrix);
        rank[ix] = isfinite(line->out[0][ix]) ? rank_of(model, line->matrix) : -1;
    }
}

/* Likewise by nodes of the output at each point: no program holds the matrix. */
static void rank_by_nodes(const struct model *model, struct rank_line *line,
                          const double *const *vars, const int *step, size_t nx, signed char *rank)
{
    double w[SYNTAX_MAX_PARAMS];
    for (size_t ix = 0; ix < nx; ix++) {
        for (size_t v = 0; v < model->dim; v++)
            w[v] = vars[v][step[v] ? ix : 0];
        rank[ix] = fisher_information(model, line->space, w, line->matrix)
                       ? rank_of(model, line->matrix)
                       : -1;
    }
}

void fisher_rank_map(const struct model *model, size_t ax, size_t ay, const double *rest,
                     const double *x, size_t nx, const double *y, size_t ny,
                     const struct cancel *cancel, signed char *rank)
{
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2;
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    struct rank_line line = {.program = model->likelihood != NULL ? model->likelihood->graph->fisher
                                                                  : model->kl_hess};
    line.n_outputs = line.program != NULL ? program_n_outputs(line.program) : 0;
    line.space = program_space_new();
    line.out = mem_new(line.n_outputs + 1, sizeof *line.out);
    line.upper = mem_new(n_upper + dim * dim, sizeof *line.upper);
    line.matrix = line.upper + n_upper;
    double *values = mem_new(nx + 1, (line.n_outputs + 1) * sizeof *values);
    for (size_t o = 0; o < line.n_outputs; o++)
        line.out[o] = values + o * nx;
    for (size_t v = 0; v < dim; v++) {
        vars[v] = v == ax ? x : &rest[v];
        step[v] = v == ax;
    }
    memset(rank, -1, nx * ny * sizeof *rank);
    for (size_t iy = 0; iy < ny && !cancel_wanted(cancel); iy++) {
        if (ay != ax)
            vars[ay] = &y[iy];
        if (line.program != NULL)
            rank_by_program(model, &line, vars, step, nx, rank + iy * nx);
        else
            rank_by_nodes(model, &line, vars, step, nx, rank + iy * nx);
    }
    mem_free(values);
    mem_free(line.upper);
    mem_free(line.out);
    program_space_free(line.space);
}
