/* Zeros of the generators, or where the sum of their squares is least: Levenberg–Marquardt steps in
 * the box. */
#include "model_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    WALK_STEPS = 60,
    WALK_IDLE = 4, /* steps that gain next to nothing before a walk is given up */
};

#define GAIN_LEAST 1e-5 /* relative: less is next to nothing */

/* Components are measured in sides of the box, so that one damping means the same for all. */
struct walk {
    const struct model *model;
    struct program_space *space;
    size_t n, dim;
    double *f, *other, *jacobian, *normal, *factor;
    double gradient[SYNTAX_MAX_PARAMS], step[SYNTAX_MAX_PARAMS], side[SYNTAX_MAX_PARAMS];
    bool held[SYNTAX_MAX_PARAMS];
};

static double half_square(const double *f, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += f[i] * f[i];
    return isfinite(sum) ? sum / 2 : INFINITY;
}

/* JᵀJ and Jᵀf in sides of the box. */
static void normal_equations(struct walk *walk, const double *w)
{
    size_t dim = walk->dim;
    program_point(walk->model->generator_jacobian, walk->space, w, walk->jacobian);
    memset(walk->normal, 0, dim * dim * sizeof *walk->normal);
    memset(walk->gradient, 0, sizeof walk->gradient);
    for (size_t i = 0; i < walk->n; i++) {
        double *row = walk->jacobian + i * dim;
        for (size_t a = 0; a < dim; a++)
            row[a] *= walk->side[a];
        for (size_t a = 0; a < dim; a++) {
            walk->gradient[a] += row[a] * walk->f[i];
            if (row[a] == 0)
                continue;
            for (size_t b = 0; b <= a; b++)
                walk->normal[a * dim + b] += row[a] * row[b];
        }
    }
    for (size_t a = 0; a < dim; a++) {
        const struct model_param *param = &walk->model->params[a];
        walk->held[a] = (w[a] <= param->low && walk->gradient[a] > 0) ||
                        (w[a] >= param->high && walk->gradient[a] < 0);
    }
}

/* (JᵀJ + damping) step = −Jᵀf over what is not held at an edge; false if that has no solution. */
static bool solve(struct walk *walk, double damping)
{
    size_t dim = walk->dim;
    double *l = walk->factor;
    for (size_t a = 0; a < dim; a++) {
        walk->step[a] = walk->held[a] ? 0 : -walk->gradient[a];
        for (size_t b = 0; b <= a; b++) {
            bool apart = a != b && (walk->held[a] || walk->held[b]);
            double sum = apart ? 0 : walk->normal[a * dim + b] + (a == b ? damping : 0);
            for (size_t k = 0; k < b; k++)
                sum -= l[a * dim + k] * l[b * dim + k];
            if (a == b && !(sum > 0))
                return false;
            l[a * dim + b] = a == b ? sqrt(sum) : sum / l[b * dim + b];
        }
    }
    for (size_t a = 0; a < dim; a++) {
        for (size_t k = 0; k < a; k++)
            walk->step[a] -= l[a * dim + k] * walk->step[k];
        walk->step[a] /= l[a * dim + a];
    }
    for (size_t a = dim; a-- > 0;) {
        for (size_t k = a + 1; k < dim; k++)
            walk->step[a] -= l[k * dim + a] * walk->step[k];
        walk->step[a] /= l[a * dim + a];
    }
    return true;
}

static void move(const struct walk *walk, const double *w, double *to)
{
    for (size_t a = 0; a < walk->dim; a++) {
        const struct model_param *param = &walk->model->params[a];
        to[a] = fmin(fmax(w[a] + walk->side[a] * walk->step[a], param->low), param->high);
    }
}

/* One step that goes down, with as much damping as it takes; the new value, or the old one. */
static double take_step(struct walk *walk, double value, double *damping, double *w)
{
    double to[SYNTAX_MAX_PARAMS];
    for (int attempt = 0; attempt < 12; attempt++, *damping *= 8) {
        /* By the residual's length (Fan and Yuan 2005): quadratic also where W0 is not a point. */
        if (!solve(walk, *damping * sqrt(2 * value) + 1e-300))
            continue;
        move(walk, w, to);
        program_point(walk->model->generators, walk->space, to, walk->other);
        double next = half_square(walk->other, walk->n);
        if (next < value) {
            double *swap = walk->f;
            walk->f = walk->other;
            walk->other = swap;
            memcpy(w, to, walk->dim * sizeof *w);
            *damping = fmax(*damping / 8, 1e-12);
            return next;
        }
    }
    return value;
}

double least_squares_walk(const struct model *model, struct program_space *space, double target,
                          double *w)
{
    size_t dim = model->dim, n = model->n_generators;
    struct walk walk = {.model = model, .space = space, .n = n, .dim = dim};
    double *memory = mem_new(2 * n + n * dim + 2 * dim * dim, sizeof *memory);
    double damping = 1e-2, *first = memory;
    walk.f = memory;
    walk.other = walk.f + n;
    walk.jacobian = walk.other + n;
    walk.normal = walk.jacobian + n * dim;
    walk.factor = walk.normal + dim * dim;
    for (size_t a = 0; a < dim; a++)
        walk.side[a] = fmax(model->params[a].high - model->params[a].low, 1e-300);
    program_point(model->generators, space, w, walk.f);
    double value = half_square(walk.f, n);
    for (int step = 0, idle = 0; step < WALK_STEPS && idle < WALK_IDLE && value > target / 4;
         step++) {
        normal_equations(&walk, w);
        double next = take_step(&walk, value, &damping, w);
        idle = next >= value * (1 - GAIN_LEAST) ? idle + 1 : 0;
        if (!(next < value))
            break;
        value = next;
    }
    mem_free(first);
    program_point(model->kl, space, w, &value);
    return isfinite(value) ? value : INFINITY;
}
