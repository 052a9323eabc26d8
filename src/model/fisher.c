/* Degeneracy at a point: K, its gradient, its Hessian with spectrum and rank, and plain words. */
#include "cusp/fisher.h"

#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "fisher_parts.h"
#include "model_parts.h"

/* Of w or the side of the box: eight roundings. */
#define KINK_ROUNDING (8 * 2.2e-16)
#define LEAST_ROUNDING 1e-12 /* × min K: no more than this above it is at the least */

static void allocate(struct fisher *fisher, const struct model *model)
{
    size_t dim = model->dim;
    *fisher = (struct fisher){.dim = dim, .has_zero = model->has_zero, .kl_min = model->kl_min};
    fisher->gradient = mem_new(dim, sizeof *fisher->gradient);
    fisher->matrix = mem_new(dim, dim * sizeof *fisher->matrix);
    fisher->eigenvalues = mem_new(dim, sizeof *fisher->eigenvalues);
    fisher->eigenvectors = mem_new(dim, dim * sizeof *fisher->eigenvectors);
}

void fisher_done(struct fisher *fisher)
{
    mem_free(fisher->gradient);
    mem_free(fisher->matrix);
    mem_free(fisher->eigenvalues);
    mem_free(fisher->eigenvectors);
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

static void find_rank(struct fisher *fisher, const struct model *model)
{
    double largest = model->hess_scale;
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
    unpack_symmetric(values + 1 + dim, dim, out->matrix);
    out->point_class = POINT_UNDEFINED;
    out->kink = at_kink(model, space, w);
    if (all_finite(values, n_outputs)) {
        status = linalg_eigen(out->matrix, dim, out->eigenvalues, out->eigenvectors);
        if (status == ST_OK) {
            find_rank(out, model);
            find_class(out, model, space, w);
        }
    }
    mem_free(values);
    program_space_free(space);
    return status;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *point_class_name(enum point_class point_class)
{
    switch (point_class) {
    case POINT_NOT_TRUE:
        return "not a true parameter";
    case POINT_REGULAR:
        return "regular point";
    case POINT_DEGENERATE:
        return "degenerate direction along W0";
    case POINT_SINGULAR:
        return "singular point";
    case POINT_UNDEFINED:
        return "undefined here";
    }
    return "";
}

static void say_not_true(const struct fisher *fisher, struct text *out)
{
    char kl[64], least[64], above[64];
    text_number(kl, sizeof kl, fisher->kl, 3);
    text_number(least, sizeof least, fisher->kl_min, 3);
    text_number(above, sizeof above, fisher->kl - fisher->kl_min, 3);
    if (fisher->has_zero)
        text_addf(out,
                  "not a true parameter: K = %s here, so its posterior density falls as exp(-%s n)",
                  kl, kl);
    else if (fisher->kl - fisher->kl_min <= LEAST_ROUNDING * fabs(fisher->kl_min))
        text_addf(out, "the best parameter of the box, but not a true one: K is least here, %s",
                  kl);
    else
        text_addf(out,
                  "not a true parameter: K = %s, which is %s above the least K of the box (%s)", kl,
                  above, least);
}

static void say_degenerate(const struct fisher *fisher, struct text *out)
{
    size_t flat = fisher->dim - fisher->rank;
    if (flat == 1)
        text_addf(out, "rank %zu of %zu: the posterior is flat along W0 here, in one direction",
                  fisher->rank, fisher->dim);
    else
        text_addf(out, "rank %zu of %zu: the posterior is flat along W0 here, in %zu directions",
                  fisher->rank, fisher->dim, flat);
}

static void say_singular(const struct fisher *fisher, struct text *out)
{
    bool flat = fisher->singularity == SINGULARITY_FLAT;
    text_addf(out, "rank %zu of %zu: ", fisher->rank, fisher->dim);
    if (flat && fisher->zero_dim == 0)
        text_add(out, "an isolated true parameter");
    else if (flat)
        text_addf(out, "W0 is smooth here, of dimension %zu", fisher->zero_dim);
    else
        text_add(out, "a singular point: W0 is not a smooth set along the flat directions here");
    if (flat && !fisher->kink) /* at a kink the Hessian does not tell how K rises */
        text_add(out, fisher->zero_dim == 0
                          ? ", but K rises slower than a square around it"
                          : ", but K is flatter across it than that accounts for");
}

void fisher_sentence(const struct fisher *fisher, struct text *out)
{
    switch (fisher->point_class) {
    case POINT_NOT_TRUE:
        say_not_true(fisher, out);
        break;
    case POINT_REGULAR:
        text_addf(out,
                  "rank %zu of %zu: an isolated true parameter; the posterior shrinks to it like a "
                  "Gaussian",
                  fisher->rank, fisher->dim);
        break;
    case POINT_DEGENERATE:
        say_degenerate(fisher, out);
        break;
    case POINT_SINGULAR:
        say_singular(fisher, out);
        break;
    case POINT_UNDEFINED:
        text_add(out, "K or one of its derivatives is undefined here");
        break;
    }
    if (fisher->kink)
        text_add(out, "; K has a kink here, so its derivatives are those of one side");
}

/* --- map -------------------------------------------------------------------------------------- */

static signed char rank_of(const struct model *model, double *matrix)
{
    size_t dim = model->dim;
    double values[SYNTAX_MAX_PARAMS], largest = model->hess_scale;
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

void fisher_rank_map(const struct model *model, size_t ax, size_t ay, const double *rest,
                     const double *x, size_t nx, const double *y, size_t ny,
                     const struct cancel *cancel, signed char *rank)
{
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2, n_outputs = 1 + dim + n_upper;
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    struct program_space *space = program_space_new();
    double *values = mem_new(nx + 1, n_outputs * sizeof *values);
    double **out = mem_new(n_outputs, sizeof *out);
    double *upper = mem_new(n_upper + dim * dim, sizeof *upper), *matrix = upper + n_upper;
    for (size_t v = 0; v < dim; v++) {
        vars[v] = v == ax ? x : &rest[v];
        step[v] = v == ax;
    }
    for (size_t o = 0; o < n_outputs; o++)
        out[o] = values + o * nx;
    memset(rank, -1, nx * ny * sizeof *rank);
    for (size_t iy = 0; iy < ny && !cancel_wanted(cancel); iy++) {
        if (ay != ax)
            vars[ay] = &y[iy];
        program_eval(model->kl_hess, space, vars, step, nx, out);
        for (size_t ix = 0; ix < nx; ix++) {
            for (size_t k = 0; k < n_upper; k++)
                upper[k] = out[1 + dim + k][ix];
            unpack_symmetric(upper, dim, matrix);
            rank[iy * nx + ix] = isfinite(out[0][ix]) ? rank_of(model, matrix) : -1;
        }
    }
    mem_free(upper);
    mem_free(out);
    mem_free(values);
    program_space_free(space);
}
