/* Whether a component of a plane curve is a real curve in the box: by signs, exactly. */
#include "scene_private.h"

#include <flint/fmpq_mpoly_factor.h>

#include "cusp/mem.h"

/* Even powers only and one sign: never of both signs. */
static bool plainly_definite(const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring)
{
    int sign = 0;
    for (slong i = 0; i < fmpq_mpoly_length(p, ring); i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, p, i, ring);
        int s = fmpz_sgn(p->zpoly->coeffs + i);
        if (e[0] % 2 || e[1] % 2 || (sign && s != sign)) {
            return false;
        }
        sign = s;
    }
    return true;
}

/* The sign on one vertical line inside the box: ±1 throughout, 2 if there are both. */
static int sign_on_line(const struct scene *scene, const struct poly *f, const fmpq_t x)
{
    fmpz_poly_t q;
    fmpq_t middle;
    fmpz_poly_init(q);
    fmpq_init(middle);
    scene_slice_rational(f->p, f->ring, 0, x, q);
    fmpq_add(middle, scene->low[1], scene->high[1]);
    fmpq_div_2exp(middle, middle, 1);
    int sign = 0;
    if (!fmpz_poly_is_zero(q)) {
        fmpz_poly_t reduced;
        fmpz_poly_init(reduced);
        roots_squarefree(reduced, q);
        fmpq_t y;
        fmpq_init(y);
        fmpz_poly_evaluate_fmpq(y, q, middle);
        sign = fmpq_sgn(y);
        fmpq_clear(y);
        if (roots_count(reduced, scene->low[1], scene->high[1]) > 0) {
            sign = 2;
        }
        fmpz_poly_clear(reduced);
    }
    fmpq_clear(middle);
    fmpz_poly_clear(q);
    return sign;
}

static int sign_at(const struct poly *f, const fmpq_t x, const fmpq_t y)
{
    fmpz_poly_t q;
    fmpq_t value;
    fmpz_poly_init(q);
    fmpq_init(value);
    scene_slice_rational(f->p, f->ring, 0, x, q);
    fmpz_poly_evaluate_fmpq(value, q, y);
    int sign = fmpq_sgn(value);
    fmpq_clear(value);
    fmpz_poly_clear(q);
    return sign;
}

/* Both signs on a coarse grid settle most cases. */
static bool both_signs(const struct scene *scene, const struct poly *f)
{
    enum { N = 4 };
    bool seen[3] = {false};
    fmpq_t at[2], step;
    fmpq_init(at[0]);
    fmpq_init(at[1]);
    fmpq_init(step);
    for (slong i = 1; i < N && !(seen[0] && seen[2]); i++) {
        for (slong j = 1; j < N && !(seen[0] && seen[2]); j++) {
            for (int k = 0; k < 2; k++) {
                fmpq_sub(step, scene->high[k], scene->low[k]);
                fmpq_set_si(at[k], k ? j : i, N);
                fmpq_mul(at[k], at[k], step);
                fmpq_add(at[k], at[k], scene->low[k]);
            }
            seen[1 + sign_at(f, at[0], at[1])] = true;
        }
    }
    fmpq_clear(at[0]);
    fmpq_clear(at[1]);
    fmpq_clear(step);
    return seen[0] && seen[2];
}

/* Product of the polynomials in x whose roots part the box into strips where the curve is the same
   set of graphs: meetings with ∂f/∂y = 0, the leading coefficient, meetings with the low and high
   edge. */
static bool critical(const struct scene *scene, const struct poly *f, fmpz_poly_t out)
{
    fmpz_poly_t q;
    fmpz_poly_init(q);
    slong n = 0;
    fmpq_mpoly_struct *d = scene_vertical(f, &n);
    bool fine = true;
    fmpz_poly_one(out);
    for (slong i = 0; fine && i < n; i++) {
        fine = scene_resultant(f->p, d + i, f->ring, q);
        fmpz_poly_mul(out, out, q);
    }
    scene_vertical_free(f, d, n);
    ulong degree = poly_degree_in(f, 1);
    fmpz_poly_zero(q);
    for (slong i = 0; i < fmpq_mpoly_length(f->p, f->ring); i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, f->p, i, f->ring);
        if (e[1] == degree) {
            fmpz_poly_set_coeff_fmpz(q, (slong)e[0], f->p->zpoly->coeffs + i);
        }
    }
    fmpz_poly_mul(out, out, q);
    for (int side = 0; side < 2; side++) {
        scene_slice_rational(f->p, f->ring, 1, side ? scene->high[1] : scene->low[1], q);
        fmpz_poly_mul(out, out, q);
    }
    roots_squarefree(out, out);
    fmpz_poly_clear(q);
    return fine;
}

/* A cylindrical decomposition: one line between critical values of x is enough. */
static enum status both_signs_by_strips(struct scene *scene, const struct poly *f, bool *out)
{
    fmpz_poly_t p;
    struct intervals all = {0};
    fmpq_t x;
    fmpz_poly_init(p);
    fmpq_init(x);
    bool fine = critical(scene, f, p);
    if (!fine) {
        fmpz_poly_one(p);
        scene->why = "a resultant of a degree beyond 5000 would have to be computed";
    }
    roots_isolate(p, scene->low[0], scene->high[0], &all);
    bool seen[3] = {false}, both = false;
    for (size_t i = 0; fine && i <= all.n && !both; i++) {
        const fmpq *a = i == 0 ? scene->low[0] : &all.end[i - 1][1];
        const fmpq *b = i == all.n ? scene->high[0] : &all.end[i][0];
        fmpq_add(x, a, b);
        fmpq_div_2exp(x, x, 1);
        int sign = sign_on_line(scene, f, x);
        if (sign == 2) {
            both = true;
        } else {
            seen[sign + 1] = true;
            both = seen[0] && seen[2];
        }
    }
    intervals_clear(&all);
    fmpq_clear(x);
    fmpz_poly_clear(p);
    *out = both;
    return fine ? ST_OK : ST_UNABLE;
}

/* A line x = const or y = const, several of them maybe. */
static bool lines_inside(const struct scene *scene, const struct poly *f, int axis)
{
    fmpz_poly_t q;
    fmpq_t zero;
    fmpz_poly_init(q);
    fmpq_init(zero);
    scene_slice_rational(f->p, f->ring, 1 - axis, zero, q);
    bool any = roots_count(q, scene->low[axis], scene->high[axis]) > 0;
    fmpq_clear(zero);
    fmpz_poly_clear(q);
    return any;
}

enum status scene_has_curve(struct scene *scene, size_t i, bool *out)
{
    const struct poly *f = scene->component[i].f;
    *out = false;
    for (int axis = 0; axis < 2; axis++) {
        if (poly_degree_in(f, (size_t)(1 - axis)) == 0) {
            *out = lines_inside(scene, f, axis);
            return ST_OK;
        }
    }
    if (plainly_definite(f->p, f->ring)) {
        return ST_OK;
    }
    *out = both_signs(scene, f);
    bool enough = scene->reduced && poly_degree(f) > POLY_EASY_DEGREE;
    return *out || enough ? ST_OK : both_signs_by_strips(scene, f, out);
}

bool scene_crosses_boundary(const struct scene *scene, size_t i)
{
    const struct poly *f = scene->component[i].f;
    fmpz_poly_t q;
    fmpz_poly_factor_t parts;
    fmpz_poly_init(q);
    bool crosses = false;
    for (int axis = 0; axis < 2; axis++) {
        for (int side = 0; side < 2 && !crosses; side++) {
            scene_slice_rational(f->p, f->ring, axis, side ? scene->high[axis] : scene->low[axis],
                                 q);
            if (fmpz_poly_is_zero(q)) {
                crosses = true;
                break;
            }
            fmpz_poly_factor_init(parts);
            fmpz_poly_factor_squarefree(parts, q);
            for (slong k = 0; k < parts->num && !crosses; k++) {
                crosses = parts->exp[k] == 1 && roots_count(parts->p + k, scene->low[1 - axis],
                                                            scene->high[1 - axis]) > 0;
            }
            fmpz_poly_factor_clear(parts);
        }
    }
    fmpz_poly_clear(q);
    return crosses;
}

bool scene_resultant(const fmpq_mpoly_t f, const fmpq_mpoly_t g, const fmpq_mpoly_ctx_t ring,
                     fmpz_poly_t out)
{
    enum { MOST = 5000 };
    slong fx = fmpq_mpoly_degree_si(f, 0, ring), fy = fmpq_mpoly_degree_si(f, 1, ring);
    slong gx = fmpq_mpoly_degree_si(g, 0, ring), gy = fmpq_mpoly_degree_si(g, 1, ring);
    fmpz_poly_zero(out);
    if (fx * gy + gx * fy > MOST) { /* degrees are far below 2^31 here */
        return false;
    }
    fmpq_mpoly_t r;
    fmpq_mpoly_init(r, ring);
    bool fine = fmpq_mpoly_resultant(r, f, g, 1, ring);
    for (slong i = 0; fine && i < fmpq_mpoly_length(r, ring); i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, r, i, ring);
        fmpz_poly_set_coeff_fmpz(out, (slong)e[0], r->zpoly->coeffs + i);
    }
    fmpq_mpoly_clear(r, ring);
    return fine;
}

fmpq_mpoly_struct *scene_vertical(const struct poly *f, slong *n)
{
    fmpq_mpoly_struct *out = NULL;
    fmpq_mpoly_t d;
    fmpq_mpoly_factor_t all;
    fmpq_mpoly_init(d, f->ring);
    fmpq_mpoly_factor_init(all, f->ring);
    fmpq_mpoly_derivative(d, f->p, 1, f->ring);
    bool factored = fmpq_mpoly_factor(all, d, f->ring);
    *n = factored ? all->num : 1;
    out = mem_new((size_t)*n + 1, sizeof *out);
    for (slong i = 0; i < *n; i++) {
        fmpq_mpoly_init(out + i, f->ring);
        fmpq_mpoly_set(out + i, factored ? all->poly + i : d, f->ring);
    }
    fmpq_mpoly_factor_clear(all, f->ring);
    fmpq_mpoly_clear(d, f->ring);
    return out;
}

void scene_vertical_free(const struct poly *f, fmpq_mpoly_struct *factor, slong n)
{
    for (slong i = 0; i < n; i++) {
        fmpq_mpoly_clear(factor + i, f->ring);
    }
    mem_free(factor);
}
