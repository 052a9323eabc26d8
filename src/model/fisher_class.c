/* Tells a smooth W0 with flat directions along it from a singular or a flatter one, at one zero. */
#include "fisher_parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "cusp/rng.h"
#include "model_parts.h"

/* By the splitting lemma K = Σ ±u² + g(v) near a zero, v along the null directions of its Hessian.
   W0 is smooth and of their dimension exactly where g vanishes: so a step along them must come back
   to a zero by moving across them only. With generators f (K = 0 where all f = 0) the same is asked
   of f and the null directions of its Jacobian, which also sees through a K that is flat across. */

enum {
    DIRECTIONS = 8,   /* random ones along the null directions, and their opposites */
    CORRECTIONS = 30, /* Newton steps back to W0 */
    CLOUD = 16,       /* offsets whose nearest zeros show W0 around the point */
    CLOUD_STEPS = 60,
    SCALE_POINTS = 32,
};

/* Singular values of the Jacobian below this share of its usual size are 0; its square is the
   tolerance of the Hessian. */
#define JACOBIAN_RANK_TOLERANCE 3e-5
/* Of the greatest singular value: a direction below it is left alone. */
#define NEWTON_RCOND 1e-12
#define CLOUD_RADIUS 0.02 /* of the shortest side */
#define CLOUD_DONE 1e-9   /* of the shortest side: a step that changes nothing */
#define CLOUD_BACK 0.05   /* of that radius: a zero nearer than this is the point itself */

struct place {
    const struct model *model;
    struct program_space *space;
    const double *w;
    size_t dim, n_f;            /* n_f 0: no generators, K itself is looked at */
    double side;                /* of the box, the shortest */
    double *f;                  /* [n_f] */
    double *jacobian;           /* [n_f][dim], each row over row_scale */
    double *row_scale;          /* [n_f] usual length of a row over the box */
    double *normals;            /* [n_normals][dim], orthonormal with nulls */
    double *nulls;              /* [dim − n_normals][dim] */
    double *basis;              /* [dim][dim]: memory of both */
    double *hess;               /* outputs of kl_hess */
    double *reduced;            /* [max(n_f, dim)][dim] */
    struct interval *enclosure; /* [n_f] */
    size_t n_normals;
};

/* --- generators ------------------------------------------------------------------------------- */

static void eval_generators(struct place *place, const double *w)
{
    program_point(place->model->generators, place->space, w, place->f);
    program_point(place->model->generator_jacobian, place->space, w, place->jacobian);
    for (size_t i = 0; i < place->n_f; i++) {
        place->f[i] /= place->row_scale[i];
        for (size_t j = 0; j < place->dim; j++)
            place->jacobian[i * place->dim + j] /= place->row_scale[i];
    }
}

static double row_length(const struct place *place, size_t i)
{
    double square = 0;
    for (size_t j = 0; j < place->dim; j++)
        square += place->jacobian[i * place->dim + j] * place->jacobian[i * place->dim + j];
    return sqrt(square);
}

static void find_row_scales(struct place *place)
{
    double w[SYNTAX_MAX_PARAMS];
    size_t first = probe_n_plain(place->dim);
    double *lengths = mem_new(place->n_f, SCALE_POINTS * sizeof *lengths);
    for (size_t i = 0; i < place->n_f; i++)
        place->row_scale[i] = 1;
    for (size_t p = 0; p < SCALE_POINTS; p++) {
        probe_point(place->model, first + p, w);
        eval_generators(place, w);
        for (size_t i = 0; i < place->n_f; i++)
            lengths[i * SCALE_POINTS + p] = row_length(place, i);
    }
    for (size_t i = 0; i < place->n_f; i++) {
        size_t kept = 0;
        double *row = lengths + i * SCALE_POINTS;
        for (size_t p = 0; p < SCALE_POINTS; p++)
            if (isfinite(row[p]))
                row[kept++] = row[p];
        double scale = kept == 0 ? 0 : probe_select(row, kept, kept / 2);
        place->row_scale[i] = scale > 0 ? scale : 1;
    }
    mem_free(lengths);
}

/* Rank of the Jacobian at w; right singular vectors into vectors[dim][dim] unless NULL. */
static size_t jacobian_rank(struct place *place, const double *w, double *vectors)
{
    size_t count = place->n_f < place->dim ? place->n_f : place->dim, rank = 0;
    double *values = mem_new(place->dim + 1, sizeof *values);
    eval_generators(place, w);
    if (linalg_svd(place->jacobian, place->n_f, place->dim, values, vectors) == ST_OK) {
        double largest = fmax(values[0], 1);
        for (size_t i = 0; i < count; i++)
            rank += values[i] > JACOBIAN_RANK_TOLERANCE * largest;
    }
    mem_free(values);
    return rank;
}

/* All f are 0 at w but for rounding: of f itself, and of w. */
static bool generators_vanish(struct place *place, const double *w)
{
    struct interval point[SYNTAX_MAX_PARAMS];
    double size = 0;
    for (size_t j = 0; j < place->dim; j++) {
        point[j] = interval_of(w[j], w[j]);
        size = fmax(size, fabs(w[j]));
    }
    eval_generators(place, w);
    program_interval(place->model->generators, place->space, point, place->enclosure);
    for (size_t i = 0; i < place->n_f; i++) {
        double width = (place->enclosure[i].high - place->enclosure[i].low) / place->row_scale[i];
        double room = 4 * width + 16 * DBL_EPSILON * size * row_length(place, i);
        if (!(fabs(place->f[i]) <= room))
            return false;
    }
    return true;
}

/* --- one Newton step back to W0, across the null directions only ------------------------------ */

static bool correct_by_generators(struct place *place, double *w)
{
    size_t n = place->n_normals, dim = place->dim;
    double step[SYNTAX_MAX_PARAMS];
    eval_generators(place, w);
    for (size_t i = 0; i < place->n_f; i++) {
        for (size_t k = 0; k < n; k++) {
            double sum = 0;
            for (size_t j = 0; j < dim; j++)
                sum += place->jacobian[i * dim + j] * place->normals[k * dim + j];
            place->reduced[i * n + k] = sum;
        }
        place->f[i] = -place->f[i];
    }
    if (linalg_least_squares(place->reduced, place->n_f, n, place->f, NEWTON_RCOND, step, NULL) !=
        ST_OK)
        return false;
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < dim; j++)
            w[j] += step[k] * place->normals[k * dim + j];
    return true;
}

static bool correct_by_hessian(struct place *place, double *w)
{
    size_t n = place->n_normals, dim = place->dim;
    double step[SYNTAX_MAX_PARAMS], slope[SYNTAX_MAX_PARAMS];
    program_point(place->model->kl_hess, place->space, w, place->hess);
    double *matrix = mem_new(dim, dim * sizeof *matrix);
    unpack_symmetric(place->hess + 1 + dim, dim, matrix);
    for (size_t a = 0; a < n; a++) {
        slope[a] = 0;
        for (size_t j = 0; j < dim; j++)
            slope[a] -= place->hess[1 + j] * place->normals[a * dim + j];
        for (size_t b = 0; b < n; b++) {
            double sum = 0;
            for (size_t i = 0; i < dim; i++)
                for (size_t j = 0; j < dim; j++)
                    sum += place->normals[a * dim + i] * matrix[i * dim + j] *
                           place->normals[b * dim + j];
            place->reduced[a * n + b] = sum;
        }
    }
    mem_free(matrix);
    if (linalg_least_squares(place->reduced, n, n, slope, NEWTON_RCOND, step, NULL) != ST_OK)
        return false;
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < dim; j++)
            w[j] += step[k] * place->normals[k * dim + j];
    return true;
}

/* K is 0 at w but for rounding. */
static bool potential_vanishes(struct place *place, const double *w)
{
    double value, width, size = 0;
    program_point(place->model->kl, place->space, w, &value);
    for (size_t j = 0; j < place->dim; j++)
        size = fmax(size, fabs(w[j]));
    descend_is_rounding_zero(place->model, place->space, w, &width);
    double slip = 16 * DBL_EPSILON * size;
    return fabs(value) <= 4 * width + place->model->hess_scale * slip * slip;
}

static bool comes_back(struct place *place, double *w)
{
    for (int step = 0;; step++) {
        bool there = place->n_f > 0 ? generators_vanish(place, w) : potential_vanishes(place, w);
        if (there)
            return true;
        if (step == CORRECTIONS || place->n_normals == 0)
            return false;
        if (!(place->n_f > 0 ? correct_by_generators(place, w) : correct_by_hessian(place, w)))
            return false;
    }
}

/* Whether W0 is smooth at w with the null directions as its tangent space. */
static bool is_smooth(struct place *place)
{
    static const double radii[] = {1e-1, 1e-2, 1e-3};
    size_t n_nulls = place->dim - place->n_normals;
    size_t n_radii = place->n_f > 0 ? 3 : 2;
    if (n_nulls == 0)
        return true;
    for (size_t r = 0; r < n_radii; r++) {
        bool all = true;
        for (size_t d = 0; d < 2 * DIRECTIONS && all; d++) {
            struct rng rng = rng_stream(7, d / 2);
            double direction[SYNTAX_MAX_PARAMS] = {0}, square = 0, to[SYNTAX_MAX_PARAMS];
            for (size_t k = 0; k < n_nulls; k++) {
                double share = rng_normal(&rng);
                for (size_t j = 0; j < place->dim; j++)
                    direction[j] += share * place->nulls[k * place->dim + j];
            }
            for (size_t j = 0; j < place->dim; j++)
                square += direction[j] * direction[j];
            double length = (d % 2 ? -1 : 1) * radii[r] * place->side / sqrt(square);
            for (size_t j = 0; j < place->dim; j++)
                to[j] = place->w[j] + length * direction[j];
            all = comes_back(place, to);
        }
        if (all)
            return true;
    }
    return false;
}

/* --- W0 around a point where f's Jacobian is no guide ----------------------------------------- */

static double distance(const double *a, const double *b, size_t dim)
{
    double square = 0;
    for (size_t j = 0; j < dim; j++)
        square += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(square);
}

/* The zero near `to`, by whole Gauss–Newton steps: false if none is reached. */
static bool reach_zero(struct place *place, double radius, double *to)
{
    double step[SYNTAX_MAX_PARAMS];
    for (int i = 0; i < CLOUD_STEPS; i++) {
        eval_generators(place, to);
        for (size_t k = 0; k < place->n_f; k++)
            place->f[k] = -place->f[k];
        if (linalg_least_squares(place->jacobian, place->n_f, place->dim, place->f, NEWTON_RCOND,
                                 step, NULL) != ST_OK)
            return false;
        double size = 0;
        for (size_t j = 0; j < place->dim; j++) {
            to[j] += step[j];
            size = fmax(size, fabs(step[j]));
        }
        bool back = distance(to, place->w, place->dim) < CLOUD_BACK * radius;
        if (size < CLOUD_DONE * place->side || back)
            return true;
    }
    return true;
}

/* Zeros around w at about one radius: directions[count][dim], unit. False if W0 around w has points
   of another Jacobian rank than w itself, so that branches meet here. */
static bool gather_cloud(struct place *place, size_t rank, double *directions, size_t *count)
{
    double radius = CLOUD_RADIUS * place->side, to[SYNTAX_MAX_PARAMS];
    *count = 0;
    for (size_t d = 0; d < CLOUD; d++) {
        struct rng rng = rng_stream(11, d / 2);
        for (size_t j = 0; j < place->dim; j++)
            to[j] = place->w[j] + (d % 2 ? -1 : 1) * radius * rng_normal(&rng);
        if (!reach_zero(place, radius, to))
            continue;
        double away = distance(to, place->w, place->dim);
        if (away < CLOUD_BACK * radius || away > 20 * radius)
            continue;
        if (jacobian_rank(place, to, NULL) != rank)
            return false;
        for (size_t j = 0; j < place->dim; j++)
            directions[*count * place->dim + j] = (to[j] - place->w[j]) / away;
        ++*count;
    }
    return true;
}

/* Every direction has an opposite: a smooth set passes through w and does not end there. */
static bool is_two_sided(const double *directions, size_t count, size_t dim)
{
    for (size_t a = 0; a < count; a++) {
        double least = 1;
        for (size_t b = 0; b < count; b++) {
            double product = 0;
            for (size_t j = 0; j < dim; j++)
                product += directions[a * dim + j] * directions[b * dim + j];
            least = fmin(least, product);
        }
        if (least > -0.9)
            return false;
    }
    return true;
}

/* An isolated zero, or a smooth piece along which the Jacobian has everywhere the rank it has at w:
   then W0 is smooth and K only flat. *dimension: of W0. */
static bool is_smooth_but_flat(struct place *place, size_t rank, size_t *dimension)
{
    size_t dim = place->dim, count;
    double values[SYNTAX_MAX_PARAMS];
    double *directions = mem_new(CLOUD, dim * sizeof *directions);
    bool smooth = gather_cloud(place, rank, directions, &count);
    *dimension = 0;
    if (smooth && count > 0) {
        smooth = is_two_sided(directions, count, dim) &&
                 linalg_svd(directions, count, dim, values, NULL) == ST_OK;
        for (size_t i = 0; smooth && i < dim && i < count; i++)
            *dimension += values[i] > 0.1 * values[0];
        smooth = smooth && *dimension < dim - rank;
    }
    mem_free(directions);
    return smooth;
}

/* Likewise without generators: only whether any other zero is near. */
static bool is_isolated(struct place *place)
{
    double to[SYNTAX_MAX_PARAMS], radius = 0.05 * place->side;
    for (size_t d = 0; d < CLOUD; d++) {
        struct rng rng = rng_stream(13, d / 2);
        for (size_t j = 0; j < place->dim; j++)
            to[j] = place->w[j] + (d % 2 ? -1 : 1) * radius * rng_normal(&rng);
        double value = descend(place->model, place->space, place->model->kl_tolerance, to);
        if (value <= place->model->kl_tolerance &&
            distance(to, place->w, place->dim) > 0.1 * radius)
            return false;
    }
    return true;
}

/* --- the verdict ------------------------------------------------------------------------------ */

static void place_init(struct place *place, const struct model *model, struct program_space *space,
                       const double *w)
{
    size_t dim = model->dim;
    *place = (struct place){.model = model, .space = space, .w = w, .dim = dim};
    place->n_f = model->generator_jacobian != NULL ? model->n_generators : 0;
    size_t rows = place->n_f > dim ? place->n_f : dim;
    place->side = INFINITY;
    for (size_t i = 0; i < dim; i++)
        place->side = fmin(place->side, model->params[i].high - model->params[i].low);
    place->f = mem_new(rows, sizeof *place->f);
    place->jacobian = mem_new(rows, dim * sizeof *place->jacobian);
    place->row_scale = mem_new(rows, sizeof *place->row_scale);
    place->basis = mem_new(dim, dim * sizeof *place->basis);
    place->hess = mem_new(1 + dim + dim * (dim + 1) / 2, sizeof *place->hess);
    place->reduced = mem_new(rows, dim * sizeof *place->reduced);
    place->enclosure = mem_new(rows, sizeof *place->enclosure);
    if (place->n_f > 0)
        find_row_scales(place);
}

static void place_done(struct place *place)
{
    mem_free(place->f);
    mem_free(place->jacobian);
    mem_free(place->row_scale);
    mem_free(place->basis);
    mem_free(place->hess);
    mem_free(place->reduced);
    mem_free(place->enclosure);
}

static void set_basis(struct place *place, size_t n_normals)
{
    place->n_normals = n_normals;
    place->normals = place->basis;
    place->nulls = place->basis + n_normals * place->dim;
}

static void set_smooth(struct fisher *fisher, size_t dimension)
{
    fisher->zero_dim_known = true;
    fisher->zero_dim = dimension;
    bool accounted = dimension == fisher->dim - fisher->rank;
    fisher->point_class = accounted ? POINT_DEGENERATE : POINT_SINGULAR;
    fisher->singularity = accounted ? SINGULARITY_NONE : SINGULARITY_FLAT;
}

static void set_singular(struct fisher *fisher)
{
    fisher->point_class = POINT_SINGULAR;
    fisher->singularity = SINGULARITY_OF_W0;
}

static void classify_by_generators(struct place *place, size_t rank, struct fisher *fisher)
{
    size_t dimension;
    set_basis(place, rank);
    if (is_smooth(place))
        set_smooth(fisher, place->dim - rank);
    else if (is_smooth_but_flat(place, rank, &dimension))
        set_smooth(fisher, dimension);
    else
        set_singular(fisher);
}

/* Eigenvectors of the Hessian: those of eigenvalues that count first. */
static void classify_by_hessian(struct place *place, struct fisher *fisher)
{
    size_t dim = place->dim, front = 0, back = fisher->rank;
    for (size_t i = 0; i < dim; i++) {
        bool counts = fabs(fisher->eigenvalues[i]) > fisher->tolerance;
        size_t row = counts ? front++ : back++;
        memcpy(place->basis + row * dim, fisher->eigenvectors + i * dim,
               dim * sizeof *place->basis);
    }
    place->n_f = 0;
    set_basis(place, fisher->rank);
    if (is_smooth(place))
        set_smooth(fisher, dim - fisher->rank);
    else if (is_isolated(place))
        set_smooth(fisher, 0);
    else
        set_singular(fisher);
}

void fisher_classify(const struct model *model, struct program_space *space, const double *w,
                     struct fisher *fisher)
{
    struct place place;
    place_init(&place, model, space, w);
    size_t rank = place.n_f > 0 ? jacobian_rank(&place, w, place.basis) : 0;
    if (place.n_f > 0 && rank >= fisher->rank)
        classify_by_generators(&place, rank, fisher);
    else
        classify_by_hessian(&place, fisher);
    place_done(&place);
}
