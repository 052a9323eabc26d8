/* λ and m of a resolved point: the least ratio (k + 1) / N, and how many divisors share it. */
#include "plane_private.h"

bool plane_rat(const fmpq_t x, struct rat *out)
{
    bool fits = fmpz_fits_si(fmpq_numref(x)) && fmpz_fits_si(fmpq_denref(x));
    if (fits) {
        *out = (struct rat){fmpz_get_si(fmpq_numref(x)), fmpz_get_si(fmpq_denref(x))};
    }
    return fits;
}

bool plane_ratio(const fmpq_t prior, long power, struct rat *out)
{
    *out = (struct rat){0, 0};
    if (power == 0) {
        return true;
    }
    fmpq_t x;
    fmpz_t n;
    fmpq_init(x);
    fmpz_init_set_si(n, power);
    fmpq_add_si(x, prior, 1);
    fmpq_div_fmpz(x, x, n);
    bool fits = plane_rat(x, out);
    fmpz_clear(n);
    fmpq_clear(x);
    return fits;
}

int plane_rat_compare(struct rat a, struct rat b)
{
    if (a.den == 0 || b.den == 0) {
        return (a.den == 0) - (b.den == 0);
    }
    fmpq_t x, y;
    fmpq_init(x);
    fmpq_init(y);
    fmpq_set_si(x, a.num, (ulong)a.den);
    fmpq_set_si(y, b.num, (ulong)b.den);
    int sign = fmpq_cmp(x, y);
    fmpq_clear(x);
    fmpq_clear(y);
    return (sign > 0) - (sign < 0);
}

/* Signs that the walls have at a spot from all that does not vanish there. */
static void wall_signs(const struct tree *tree, const struct chart *chart, const struct spot *spot,
                       int sign[PLANE_MOST_WALLS])
{
    nf_elem_struct *value = field_row(spot->field, 1);
    for (size_t j = 0; j < tree->n_walls; j++) {
        sign[j] = chart->wall_sign[j];
    }
    for (size_t i = 0; i < chart->n_branches; i++) {
        const struct branch *branch = &chart->branch[i];
        unsigned walls = tree->divisor[branch->divisor].walls;
        if (!walls) {
            continue;
        }
        struct lpoly p;
        lpoly_init(&p);
        lpoly_embed(chart->field, &branch->p, spot->field, spot->image, &p);
        lpoly_at(spot->field, &p, spot->at, spot->at + 1, value);
        lpoly_clear(spot->field, &p);
        if (field_sign(spot->field, value) < 0) {
            for (size_t j = 0; j < tree->n_walls; j++) {
                sign[j] = walls >> j & 1U ? -sign[j] : sign[j];
            }
        }
    }
    field_row_free(spot->field, value, 1);
}

/* Whether one of the quadrants between the divisors through a normal crossing is inside. */
static bool touched(const struct tree *tree, const struct chart *chart, const struct spot *spot)
{
    if (tree->n_walls == 0) {
        return true;
    }
    int sign[PLANE_MOST_WALLS];
    wall_signs(tree, chart, spot, sign);
    for (unsigned quadrant = 0; quadrant < 4; quadrant++) {
        bool inside = true;
        for (size_t j = 0; j < tree->n_walls; j++) {
            int s = sign[j];
            for (size_t i = 0; i < spot->n_through && i < 2; i++) {
                bool odd = tree->divisor[spot->through[i]].walls >> j & 1U;
                s = odd && quadrant >> i & 1U ? -s : s;
            }
            inside = inside && s > 0;
        }
        if (inside) {
            return true;
        }
    }
    return false;
}

static void look(struct tree *tree)
{
    for (size_t i = 0; i < tree->n_divisors; i++) {
        struct branch_divisor *divisor = &tree->divisor[i];
        divisor->seen = divisor->exceptional && divisor->over && tree->n_walls == 0;
    }
    for (size_t c = 0; c < tree->n_charts; c++) {
        struct chart *chart = tree->chart[c];
        for (size_t k = 0; k < chart->n_spots; k++) {
            struct spot *spot = &chart->spot_list[k];
            spot->seen = spot->over && spot->child[0] == SIZE_MAX && spot->normal_crossing &&
                         touched(tree, chart, spot);
            for (size_t i = 0; spot->seen && i < spot->n_through; i++) {
                struct branch_divisor *divisor = &tree->divisor[spot->through[i]];
                divisor->seen = true;
                divisor->chart = c < divisor->chart ? c : divisor->chart;
            }
        }
    }
}

enum status tree_lambda(struct tree *tree, struct rat *lambda, long *multiplicity)
{
    *lambda = (struct rat){0, 0};
    *multiplicity = 0;
    look(tree);
    for (size_t i = 0; i < tree->n_divisors; i++) {
        const struct branch_divisor *divisor = &tree->divisor[i];
        struct rat ratio;
        if (!divisor->seen) {
            continue;
        }
        if (fmpq_cmp_si(divisor->prior, -1) <= 0) {
            tree->why = "the prior cannot be integrated near the point";
            return ST_DOMAIN;
        }
        if (!plane_ratio(divisor->prior, divisor->power, &ratio)) {
            tree->why = "a ratio (k + 1) / N is not a fraction of 64-bit numbers";
            return ST_UNABLE;
        }
        if (plane_rat_compare(ratio, *lambda) < 0) {
            *lambda = ratio;
        }
    }
    *multiplicity = lambda->den != 0;
    for (size_t c = 0; c < tree->n_charts; c++) {
        for (size_t k = 0; k < tree->chart[c]->n_spots; k++) {
            const struct spot *spot = &tree->chart[c]->spot_list[k];
            long n = 0;
            for (size_t i = 0; spot->seen && i < spot->n_through; i++) {
                const struct branch_divisor *divisor = &tree->divisor[spot->through[i]];
                struct rat ratio;
                n += divisor->power > 0 && plane_ratio(divisor->prior, divisor->power, &ratio) &&
                     plane_rat_compare(ratio, *lambda) == 0;
            }
            *multiplicity = n > *multiplicity ? n : *multiplicity;
        }
    }
    return ST_OK;
}
