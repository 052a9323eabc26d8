/* A plane problem taken apart: factors with their powers, the box as exact numbers, its edges. */
#include "scene_private.h"

#include "cusp/mem.h"

#include <string.h>

enum status scene_number(struct scene *scene, const char *text, fmpq_t out)
{
    struct poly *p = NULL;
    enum status status = poly_number(1, text, strlen(text), &p);
    if (status) {
        scene->why = "a bound of the box or a coordinate of the point is not a rational number";
        return ST_INPUT;
    }
    fmpq_mpoly_get_fmpq(out, p->p, p->ring);
    poly_free(p);
    return ST_OK;
}

static size_t find_component(struct scene *scene, const struct poly *f)
{
    for (size_t i = 0; i < scene->n; i++) {
        if (poly_equal(scene->component[i].f, f)) {
            return i;
        }
    }
    size_t i = scene->n++;
    struct component *component = &scene->component[i];
    *component = (struct component){.f = f};
    fmpq_init(component->prior);
    return i;
}

/* The factor, or its negative, so that the first term written is positive. */
static const char *factor_text(const struct scene *scene, const struct poly *factor)
{
    const char *const *names = scene->problem->names;
    const char *text = poly_text(factor, names, POLY_PLAIN, 40, scene->arena);
    if (*text != '-')
        return text;
    struct poly *none = poly_zero(poly_n_vars(factor)), *negative = poly_sub(none, factor);
    text = poly_text(negative, names, POLY_PLAIN, 40, scene->arena);
    poly_free(none);
    poly_free(negative);
    return text;
}

/* Factors of f, each to the given power of K or of the prior. */
static enum status add_factors(struct scene *scene, const struct poly *f, const fmpq *prior)
{
    struct poly_factors factors;
    if (poly_degree_in(f, 0) > POLY_MAX_EXPONENT || poly_degree_in(f, 1) > POLY_MAX_EXPONENT ||
        poly_factor_plane(f, scene->reduced, scene->arena, &factors)) {
        scene->why = "the polynomial cannot be factored";
        return ST_UNABLE;
    }
    if (!prior) {
        fmpq_mpoly_get_fmpq(scene->content, factors.unit->p, factors.unit->ring);
    }
    for (size_t i = 0; i < factors.n; i++) {
        if (scene->n == scene->capacity) {
            size_t capacity = scene->capacity ? 2 * scene->capacity : 8;
            scene->component = mem_resize(scene->component, capacity, sizeof *scene->component);
            scene->capacity = capacity;
        }
        struct poly *factor = factors.factor[i];
        size_t k = find_component(scene, factor);
        struct component *component = &scene->component[k];
        if (component->f == factor) {
            factors.factor[i] = NULL;
            component->text = factor_text(scene, factor);
        }
        if (prior) {
            fmpq_t part;
            fmpq_init(part);
            fmpq_mul_ui(part, prior, factors.power[i]);
            fmpq_add(component->prior, component->prior, part);
            fmpq_clear(part);
        } else {
            component->power = (long)factors.power[i];
        }
    }
    poly_factors_done(&factors);
    return ST_OK;
}

/* Near a point inside of the box it does not matter which of the factors with one power a branch
   belongs to. */
static enum status look_at(struct scene *scene, const char *const *at)
{
    fmpq_t x;
    fmpq_init(x);
    enum status status = ST_OK;
    scene->reduced = scene->problem->n_prior == 0;
    for (int k = 0; !status && k < 2; k++) {
        status = scene_number(scene, at[k], x);
        scene->reduced =
            scene->reduced && fmpq_cmp(x, scene->low[k]) > 0 && fmpq_cmp(x, scene->high[k]) < 0;
    }
    fmpq_clear(x);
    return status;
}

enum status scene_begin(struct scene *scene, const struct plane_problem *problem,
                        const char *const *at, struct arena *arena)
{
    *scene = (struct scene){
        .problem = problem, .arena = arena, .rationals = field_rationals(), .why = ""};
    fmpq_init(scene->content);
    enum status status = ST_OK;
    for (int k = 0; k < 2; k++) {
        fmpq_init(scene->low[k]);
        fmpq_init(scene->high[k]);
    }
    for (int k = 0; !status && k < 2; k++) {
        status = scene_number(scene, problem->low[k], scene->low[k]);
        if (!status) {
            status = scene_number(scene, problem->high[k], scene->high[k]);
        }
        if (!status && fmpq_cmp(scene->low[k], scene->high[k]) >= 0) {
            scene->why = "the box is empty";
            status = ST_INPUT;
        }
    }
    if (!status && (poly_n_vars(problem->kl) != 2 || poly_is_zero(problem->kl))) {
        scene->why = "K is 0 everywhere, or not of two variables";
        status = ST_INPUT;
    }
    if (!status && at) {
        status = look_at(scene, at);
    }
    if (!status) {
        status = add_factors(scene, problem->kl, NULL);
    }
    for (size_t i = 0; !status && i < problem->n_prior; i++) {
        const struct prior_factor *prior = &problem->prior[i];
        if (poly_is_zero(prior->f) || poly_n_vars(prior->f) != 2 || prior->power.den <= 0) {
            scene->why = "a factor of the prior is 0";
            return ST_INPUT;
        }
        fmpq_t power;
        fmpq_init(power);
        fmpq_set_si(power, prior->power.num, (ulong)prior->power.den);
        status = add_factors(scene, prior->f, power);
        fmpq_clear(power);
    }
    return status;
}

void scene_clear(struct scene *scene)
{
    for (size_t i = 0; i < scene->n; i++) {
        union {
            const struct poly *given;
            struct poly *own;
        } f = {scene->component[i].f};
        poly_free(f.own);
        fmpq_clear(scene->component[i].prior);
    }
    mem_free(scene->component);
    for (int k = 0; k < 2; k++) {
        fmpq_clear(scene->low[k]);
        fmpq_clear(scene->high[k]);
    }
    fmpq_clear(scene->content);
    field_drop(scene->rationals);
    *scene = (struct scene){0};
}

void scene_walls(const struct scene *scene, struct place *place)
{
    static const char *const sides[2] = {"low", "high"};
    place->n_walls = 0;
    for (int k = 0; k < 2; k++) {
        for (int side = 0; side < 2; side++) {
            const fmpq *bound = side ? scene->high[k] : scene->low[k];
            if (field_compare(place->field, place->at[k], bound) != 0) {
                continue;
            }
            struct text text;
            text_init(&text);
            text_addf(&text, "the %s edge of %s", sides[side], scene->problem->names[k]);
            place->wall[place->n_walls].axis = k;
            place->wall[place->n_walls].side = side ? -1 : 1;
            place->wall[place->n_walls].text =
                arena_text(scene->arena, text_get(&text), text.length);
            place->n_walls++;
            text_done(&text);
        }
    }
}

enum status scene_at(struct scene *scene, const char *const *at, nf_elem_struct *rows,
                     struct place *place)
{
    fmpq_t x;
    fmpq_init(x);
    enum status status = ST_OK;
    place->field = scene->rationals;
    for (int k = 0; !status && k < 2; k++) {
        status = scene_number(scene, at[k], x);
        nf_elem_set_fmpq(rows + k, x, place->field->nf);
        place->at[k] = rows + k;
        if (!status && (fmpq_cmp(x, scene->low[k]) < 0 || fmpq_cmp(x, scene->high[k]) > 0)) {
            scene->why = "the point is outside of the box";
            status = ST_DOMAIN;
        }
    }
    fmpq_clear(x);
    if (status) {
        return status;
    }
    scene_walls(scene, place);
    bool zero = false;
    nf_elem_struct *value = field_row(place->field, 1);
    for (size_t i = 0; !zero && i < scene->n; i++) {
        if (scene->component[i].power > 0) {
            struct lpoly p;
            lpoly_init(&p);
            lpoly_from(place->field, &p, scene->component[i].f->p, scene->component[i].f->ring);
            lpoly_at(place->field, &p, place->at[0], place->at[1], value);
            lpoly_clear(place->field, &p);
            zero = nf_elem_is_zero(value, place->field->nf);
        }
    }
    field_row_free(place->field, value, 1);
    if (!zero) {
        scene->why = "K is not 0 at the point";
        return ST_DOMAIN;
    }
    return ST_OK;
}

void scene_slice(const struct field *field, const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring,
                 int axis, const nf_elem_t a, struct upoly *out)
{
    slong n = fmpq_mpoly_length(p, ring), degree = fmpq_mpoly_degree_si(p, 1 - axis, ring);
    nf_elem_struct *work = field_row(field, 1);
    fmpq_t c;
    fmpq_init(c);
    upoly_fit(field, out, degree + 1);
    out->n = degree + 1;
    for (slong i = 0; i <= degree; i++) {
        nf_elem_zero(out->c + i, field->nf);
    }
    for (slong i = 0; i < n; i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, p, i, ring);
        fmpq_mpoly_get_term_coeff_fmpq(c, p, i, ring);
        nf_elem_pow(work, a, e[axis], field->nf);
        nf_elem_scalar_mul_fmpq(work, work, c, field->nf);
        nf_elem_add(out->c + e[1 - axis], out->c + e[1 - axis], work, field->nf);
    }
    upoly_trim(field, out);
    fmpq_clear(c);
    field_row_free(field, work, 1);
}

void scene_slice_rational(const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring, int axis,
                          const fmpq_t a, fmpz_poly_t out)
{
    slong n = fmpq_mpoly_length(p, ring);
    fmpq_poly_t sum;
    fmpq_t c, power;
    fmpq_poly_init(sum);
    fmpq_init(c);
    fmpq_init(power);
    for (slong i = 0; i < n; i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, p, i, ring);
        if (e[axis] > 0 && fmpq_is_zero(a)) {
            continue;
        }
        fmpq_mpoly_get_term_coeff_fmpq(c, p, i, ring);
        fmpq_pow_si(power, a, (slong)e[axis]);
        fmpq_mul(c, c, power);
        fmpq_poly_get_coeff_fmpq(power, sum, (slong)e[1 - axis]);
        fmpq_add(c, c, power);
        fmpq_poly_set_coeff_fmpq(sum, (slong)e[1 - axis], c);
    }
    fmpq_poly_get_numerator(out, sum);
    fmpq_clear(power);
    fmpq_clear(c);
    fmpq_poly_clear(sum);
}
