/* Factors of a polynomial of two variables, with cheaper ways before the general one. */
#include "scene_private.h"

#include <flint/fmpq_mpoly_factor.h>

#include "cusp/mem.h"

enum { MOST_ABSCISSAS = 3, MOST_SPECIALIZED = 200 };

/* Whether there is a factor in one variable alone. */
static bool has_content(const struct poly *f, int axis)
{
    slong n = (slong)poly_degree_in(f, (size_t)(1 - axis)) + 1;
    fmpq_poly_t common;
    fmpq_poly_t *part = mem_new((size_t)n, sizeof *part);
    fmpq_t c;
    fmpq_poly_init(common);
    fmpq_init(c);
    for (slong i = 0; i < n; i++) {
        fmpq_poly_init(part[i]);
    }
    for (slong i = 0; i < fmpq_mpoly_length(f->p, f->ring); i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, f->p, i, f->ring);
        fmpq_mpoly_get_term_coeff_fmpq(c, f->p, i, f->ring);
        fmpq_poly_set_coeff_fmpq(part[e[1 - axis]], (slong)e[axis], c);
    }
    for (slong i = 0; i < n; i++) {
        fmpq_poly_gcd(common, common, part[i]);
        fmpq_poly_clear(part[i]);
    }
    bool has = fmpq_poly_degree(common) > 0;
    mem_free(part);
    fmpq_clear(c);
    fmpq_poly_clear(common);
    return has;
}

/* At some number the polynomial in the other variable keeps its degree and is irreducible, and no
   factor is in the first variable alone: proof that it is irreducible. */
static bool stays_whole(const struct poly *f, int axis)
{
    static const slong abscissa[MOST_ABSCISSAS] = {2, -3, 5};
    slong degree = (slong)poly_degree_in(f, (size_t)(1 - axis));
    if (degree < 1 || degree > MOST_SPECIALIZED || has_content(f, axis)) {
        return false;
    }
    fmpz_poly_t q;
    fmpz_poly_factor_t factors;
    fmpq_t a;
    fmpz_poly_init(q);
    fmpq_init(a);
    bool whole = false;
    for (int i = 0; i < MOST_ABSCISSAS && !whole; i++) {
        fmpq_set_si(a, abscissa[i], 1);
        scene_slice_rational(f->p, f->ring, axis, a, q);
        if (fmpz_poly_degree(q) == degree) {
            fmpz_poly_factor_init(factors);
            fmpz_poly_factor(factors, q);
            whole = factors->num == 1 && factors->exp[0] == 1;
            fmpz_poly_factor_clear(factors);
        }
    }
    fmpq_clear(a);
    fmpz_poly_clear(q);
    return whole;
}

static bool is_easy(const struct poly *f)
{
    return poly_degree(f) <= POLY_EASY_DEGREE || poly_degree_in(f, 0) == 0 ||
           poly_degree_in(f, 1) == 0;
}

struct list {
    struct poly **factor;
    unsigned long *power;
    size_t n, capacity, power_capacity;
};

static void add(struct list *list, const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring, ulong power)
{
    size_t n = list->n;
    MEM_GROW(list->factor, list->n, list->capacity);
    MEM_GROW(list->power, n, list->power_capacity);
    struct poly *f = poly_zero(2);
    fmpq_mpoly_set(f->p, p, ring);
    fmpq_one(f->p->content); /* what is left is primitive with a positive leading coefficient */
    list->factor[list->n] = f;
    list->power[list->n++] = power;
}

/* Parts that need the general way are factored by it. */
static bool split(const struct poly *f, ulong power, bool reduced, struct list *list)
{
    if (!is_easy(f) && (reduced || stays_whole(f, 0) || stays_whole(f, 1))) {
        add(list, f->p, f->ring, power);
        return true;
    }
    fmpq_mpoly_factor_t all;
    fmpq_mpoly_factor_init(all, f->ring);
    bool fine = fmpq_mpoly_factor(all, f->p, f->ring);
    if (fine) {
        fmpq_mpoly_factor_sort(all, f->ring);
    }
    for (slong i = 0; fine && i < all->num; i++) {
        add(list, all->poly + i, f->ring, power * fmpz_get_ui(all->exp + i));
    }
    fmpq_mpoly_factor_clear(all, f->ring);
    return fine;
}

/* The constant: leading coefficients multiply. */
static struct poly *unit_of(const struct poly *f, const struct list *list)
{
    struct poly *unit = poly_zero(2);
    fmpq_t c, part;
    fmpq_init(c);
    fmpq_init(part);
    fmpq_mpoly_get_term_coeff_fmpq(c, f->p, 0, f->ring);
    for (size_t i = 0; i < list->n; i++) {
        const struct poly *factor = list->factor[i];
        fmpq_mpoly_get_term_coeff_fmpq(part, factor->p, 0, factor->ring);
        fmpq_pow_si(part, part, (slong)list->power[i]);
        fmpq_div(c, c, part);
    }
    fmpq_mpoly_set_fmpq(unit->p, c, unit->ring);
    fmpq_clear(c);
    fmpq_clear(part);
    return unit;
}

enum status poly_factor_plane(const struct poly *f, bool reduced, struct arena *arena,
                              struct poly_factors *out)
{
    *out = (struct poly_factors){0};
    struct list list = {0};
    bool fine = true;
    if (is_easy(f)) {
        fine = split(f, 1, false, &list);
    } else {
        fmpq_mpoly_factor_t parts;
        fmpq_mpoly_factor_init(parts, f->ring);
        fine = fmpq_mpoly_factor_squarefree(parts, f->p, f->ring);
        for (slong i = 0; fine && i < parts->num; i++) {
            struct poly *part = poly_zero(2);
            fmpq_mpoly_set(part->p, parts->poly + i, f->ring);
            fine = split(part, fmpz_get_ui(parts->exp + i), reduced, &list);
            poly_free(part);
        }
        fmpq_mpoly_factor_clear(parts, f->ring);
    }
    out->unit = unit_of(f, &list);
    out->n = list.n;
    out->factor = arena_new(arena, list.n + 1, sizeof *out->factor);
    out->power = arena_new(arena, list.n + 1, sizeof *out->power);
    for (size_t i = 0; i < list.n; i++) {
        out->factor[i] = list.factor[i];
        out->power[i] = list.power[i];
    }
    mem_free(list.factor);
    mem_free(list.power);
    return fine ? ST_OK : ST_UNABLE;
}
