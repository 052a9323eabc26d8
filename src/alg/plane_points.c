/* Special real points of a plane curve in a box: singular points and where it touches the edges. */
#include "scene_private.h"

#include "cusp/mem.h"

/* From this degree on of the field of its coordinates a point is first tried without it. */
enum { LARGE_FIELD = 7 };

/* Irreducible polynomials over the rationals whose real roots are the x of special points. */
struct abscissa {
    fmpz_poly_t q;
    bool edge; /* an edge may be touched there */
};
struct abscissas {
    struct abscissa *item;
    size_t n, capacity;
    bool edge; /* of what is added now */
};

static void add_abscissa(struct abscissas *list, const fmpz_poly_t q)
{
    for (size_t i = 0; i < list->n; i++) {
        if (fmpz_poly_equal(list->item[i].q, q)) {
            list->item[i].edge = list->item[i].edge || list->edge;
            return;
        }
    }
    MEM_GROW(list->item, list->n, list->capacity);
    struct abscissa *item = &list->item[list->n++];
    item->edge = list->edge;
    fmpz_poly_init(item->q);
    fmpz_poly_set(item->q, q);
}

/* Irreducible factors that come at least `power` times. */
static enum status add_roots(struct scene *scene, struct abscissas *list, const fmpz_poly_t p,
                             slong power)
{
    fmpz_poly_factor_t parts, factors;
    fmpz_poly_factor_init(parts);
    fmpz_poly_factor_init(factors);
    enum status status = ST_OK;
    if (fmpz_poly_degree(p) > 0) {
        fmpz_poly_factor_squarefree(parts, p);
    }
    for (slong i = 0; !status && i < parts->num; i++) {
        if (parts->exp[i] < power) {
            continue;
        }
        if (fmpz_poly_degree(parts->p + i) > FIELD_MOST_FACTORED) {
            scene->why = "a resultant of degree over 400 would have to be factored";
            status = ST_UNABLE;
            break;
        }
        if (roots_count_closed(parts->p + i, scene->low[0], scene->high[0]) == 0) {
            continue;
        }
        fmpz_poly_factor(factors, parts->p + i);
        for (slong k = 0; k < factors->num; k++) {
            add_abscissa(list, factors->p + k);
        }
    }
    fmpz_poly_factor_clear(parts);
    fmpz_poly_factor_clear(factors);
    return status;
}

static enum status add_resultant(struct scene *scene, struct abscissas *list, const struct poly *f,
                                 const fmpq_mpoly_t g, slong power)
{
    fmpz_poly_t q;
    fmpz_poly_init(q);
    enum status status = ST_OK;
    if (!scene_resultant(f->p, g, f->ring, q)) {
        scene->why = "a resultant of a degree beyond 5000 would have to be computed";
        status = ST_UNABLE;
    } else {
        status = add_roots(scene, list, q, power);
    }
    fmpz_poly_clear(q);
    return status;
}

static enum status collect_pairs(struct scene *scene, struct abscissas *list)
{
    enum status status = ST_OK;
    for (size_t i = 0; !status && i < scene->n; i++) {
        const struct component *a = &scene->component[i];
        for (size_t j = i + 1; !status && j < scene->n; j++) {
            const struct component *b = &scene->component[j];
            if ((a->power || b->power) &&
                (poly_degree_in(a->f, 1) > 0 || poly_degree_in(b->f, 1) > 0)) {
                status = add_resultant(scene, list, a->f, b->f->p, 1);
            }
        }
    }
    return status;
}

/* At a singular point f and any factor of ∂f/∂y that vanishes there meet at least twice. With f of
   degree 1 in a variable there are none. */
static enum status collect_singular(struct scene *scene, struct abscissas *list)
{
    enum status status = ST_OK;
    for (size_t i = 0; !status && i < scene->n; i++) {
        const struct component *a = &scene->component[i];
        if (a->power && poly_degree_in(a->f, 0) > 1 && poly_degree_in(a->f, 1) > 1) {
            slong n = 0;
            fmpq_mpoly_struct *d = scene_vertical(a->f, &n);
            for (slong k = 0; !status && k < n; k++) {
                status = add_resultant(scene, list, a->f, d + k, 2);
            }
            scene_vertical_free(a->f, d, n);
        }
    }
    return status;
}

static void add_bound(struct abscissas *list, const fmpq_t a)
{
    fmpz_poly_t q;
    fmpz_t c;
    fmpz_poly_init(q);
    fmpz_init(c);
    fmpz_neg(c, fmpq_numref(a));
    fmpz_poly_set_coeff_fmpz(q, 1, fmpq_denref(a));
    fmpz_poly_set_coeff_fmpz(q, 0, c);
    add_abscissa(list, q);
    fmpz_clear(c);
    fmpz_poly_clear(q);
}

static bool has_multiple_root(const fmpz_poly_t p)
{
    return fmpz_poly_degree(p) > 1 && !fmpz_poly_is_squarefree(p);
}

static bool is_root(const fmpz_poly_t p, const fmpq_t a)
{
    fmpq_t y;
    fmpq_init(y);
    fmpz_poly_evaluate_fmpq(y, p, a);
    bool zero = fmpq_is_zero(y);
    fmpq_clear(y);
    return zero;
}

/* Where a component touches an edge, or goes through a corner. */
static enum status collect_edges(struct scene *scene, struct abscissas *list)
{
    enum status status = ST_OK;
    fmpz_poly_t q;
    fmpz_poly_init(q);
    list->edge = true;
    for (size_t i = 0; !status && i < scene->n; i++) {
        const struct component *a = &scene->component[i];
        for (int side = 0; a->power && !status && side < 2; side++) {
            const fmpq *x = side ? scene->high[0] : scene->low[0];
            scene_slice_rational(a->f->p, a->f->ring, 0, x, q);
            if (has_multiple_root(q) || is_root(q, scene->low[1]) || is_root(q, scene->high[1])) {
                add_bound(list, x);
            }
            const fmpq *y = side ? scene->high[1] : scene->low[1];
            scene_slice_rational(a->f->p, a->f->ring, 1, y, q);
            status = add_roots(scene, list, q, 2);
        }
    }
    fmpz_poly_clear(q);
    return status;
}

/* --- the points over one x -------------------------------------------------------------------- */

struct column {
    struct scene *scene;
    struct field *field;
    nf_elem_struct *x;
    struct upoly *slice; /* of every component */
    struct ufactors y;   /* irreducible, of the points' y */
    bool edge;           /* x is a bound */
};

static enum status add_y(struct column *column, const struct upoly *p)
{
    struct ufactors all = {0};
    enum status status = upoly_factor(column->field, p, &all, &column->scene->why);
    for (size_t i = 0; !status && i < all.n; i++) {
        bool known = false;
        for (size_t k = 0; k < column->y.n; k++) {
            known = known || upoly_equal(column->field, &column->y.factor[k].p, &all.factor[i].p);
        }
        if (!known) {
            MEM_GROW(column->y.factor, column->y.n, column->y.capacity);
            struct ufactor *factor = &column->y.factor[column->y.n++];
            upoly_init(&factor->p);
            upoly_set(column->field, &factor->p, &all.factor[i].p);
        }
    }
    ufactors_clear(column->field, &all);
    return status;
}

static enum status add_common(struct column *column, const struct upoly *p,
                              const struct upoly *const *with, size_t n)
{
    struct upoly a, b;
    upoly_init(&a);
    upoly_init(&b);
    upoly_set(column->field, &a, p);
    for (size_t i = 0; i < n; i++) {
        upoly_set(column->field, &b, with[i]);
        upoly_gcd(column->field, &a, &b);
    }
    enum status status = add_y(column, &a);
    upoly_clear(column->field, &a);
    upoly_clear(column->field, &b);
    return status;
}

static bool vanishes(const struct field *field, const struct upoly *p, const fmpq_t at)
{
    nf_elem_struct *sum = field_row(field, 1);
    for (slong i = p->n; i-- > 0;) {
        nf_elem_scalar_mul_fmpq(sum, sum, at, field->nf);
        nf_elem_add(sum, sum, p->c + i, field->nf);
    }
    bool zero = nf_elem_is_zero(sum, field->nf);
    field_row_free(field, sum, 1);
    return zero;
}

static enum status add_number(struct column *column, const fmpq_t y)
{
    struct upoly p;
    upoly_init(&p);
    upoly_fit(column->field, &p, 2);
    p.n = 2;
    nf_elem_set_fmpq(p.c, y, column->field->nf);
    nf_elem_neg(p.c, p.c, column->field->nf);
    nf_elem_one(p.c + 1, column->field->nf);
    enum status status = add_y(column, &p);
    upoly_clear(column->field, &p);
    return status;
}

/* Singular points of one component, and those where it touches an edge. */
static enum status add_of_component(struct column *column, size_t i)
{
    const struct poly *f = column->scene->component[i].f;
    const struct upoly *slice = &column->slice[i];
    struct upoly d[3]; /* ∂f/∂x and ∂f/∂y there, and the derivative of the slice */
    fmpq_mpoly_t derivative;
    fmpq_mpoly_init(derivative, f->ring);
    for (int k = 0; k < 2; k++) {
        upoly_init(&d[k]);
        fmpq_mpoly_derivative(derivative, f->p, k, f->ring);
        if (!fmpq_mpoly_is_zero(derivative, f->ring)) {
            scene_slice(column->field, derivative, f->ring, 0, column->x, &d[k]);
        }
    }
    upoly_init(&d[2]);
    fmpq_mpoly_clear(derivative, f->ring);
    enum status status = add_common(column, slice, (const struct upoly *[]){&d[0], &d[1]}, 2);
    if (!status && column->edge) {
        upoly_derivative(column->field, &d[2], slice);
        status = add_common(column, slice, (const struct upoly *[]){&d[2]}, 1);
    }
    for (int side = 0; !status && side < 2; side++) {
        const fmpq *y = side ? column->scene->high[1] : column->scene->low[1];
        if (vanishes(column->field, slice, y) &&
            (column->edge || vanishes(column->field, &d[0], y))) {
            status = add_number(column, y);
        }
    }
    for (int k = 0; k < 3; k++) {
        upoly_clear(column->field, &d[k]);
    }
    return status;
}

static enum status emit(struct column *column, struct specials *out)
{
    struct scene *scene = column->scene;
    enum status status = ST_OK;
    for (size_t i = 0; !status && i < column->y.n; i++) {
        struct real_roots roots = {0};
        status = upoly_real_roots(column->field, &column->y.factor[i].p, scene->low[1],
                                  scene->high[1], &roots, &scene->why);
        for (size_t k = 0; !status && k < roots.n; k++) {
            struct real_root *root = &roots.root[k];
            MEM_GROW(out->special, out->n, out->capacity);
            struct special *special = &out->special[out->n++];
            special->field = field_keep(root->field);
            special->at = field_row(root->field, 2);
            nf_elem_set(special->at + 1, root->value, root->field->nf);
            if (root->image) {
                field_embed(column->field, column->x, root->field, root->image, special->at);
            } else {
                nf_elem_set(special->at, column->x, root->field->nf);
            }
        }
        real_roots_clear(&roots);
    }
    return status;
}

static bool by_crossings(struct column *column, struct specials *out)
{
    arb_t x;
    arb_init(x);
    field_ball(column->field, column->x, 128, x);
    bool fine = scene_crossings(column->scene, x, &out->crossings);
    arb_clear(x);
    return fine;
}

static enum status column_points(struct scene *scene, const struct abscissa *item,
                                 const struct real_root *x, struct specials *out)
{
    struct column column = {.scene = scene,
                            .field = x->field,
                            .x = x->value,
                            .slice = mem_new(scene->n, sizeof *column.slice)};
    column.edge = field_compare(x->field, x->value, scene->low[0]) == 0 ||
                  field_compare(x->field, x->value, scene->high[0]) == 0;
    enum status status = ST_OK;
    for (size_t i = 0; i < scene->n; i++) {
        const struct poly *f = scene->component[i].f;
        upoly_init(&column.slice[i]);
        scene_slice(x->field, f->p, f->ring, 0, x->value, &column.slice[i]);
    }
    for (size_t i = 0; !status && i < scene->n; i++) {
        if (scene->component[i].power) {
            status = add_of_component(&column, i);
        }
        for (size_t j = i + 1; !status && j < scene->n; j++) {
            if (scene->component[i].power || scene->component[j].power) {
                status = add_common(&column, &column.slice[i],
                                    (const struct upoly *[]){&column.slice[j]}, 1);
            }
        }
    }
    bool large = false;
    for (size_t i = 0; i < column.y.n; i++) {
        large = large || (column.y.factor[i].p.n - 1) * x->field->degree >= LARGE_FIELD;
    }
    if (!status && !(large && !item->edge && !column.edge && by_crossings(&column, out))) {
        status = emit(&column, out);
    }
    for (size_t i = 0; i < scene->n; i++) {
        upoly_clear(x->field, &column.slice[i]);
    }
    mem_free(column.slice);
    ufactors_clear(x->field, &column.y);
    return status;
}

void specials_clear(struct specials *specials)
{
    for (size_t i = 0; i < specials->n; i++) {
        struct special *special = &specials->special[i];
        field_row_free(special->field, special->at, 2);
        field_drop(special->field);
    }
    mem_free(specials->special);
    crossings_clear(&specials->crossings, 0);
    *specials = (struct specials){0};
}

/* Every point over the real roots of one polynomial. */
static enum status columns(struct scene *scene, const struct abscissa *item, struct specials *out)
{
    if (fmpz_poly_degree(item->q) >= LARGE_FIELD && !item->edge &&
        scene_crossings_over(scene, item->q, &out->crossings)) {
        return ST_OK;
    }
    struct upoly q;
    struct real_roots roots = {0};
    fmpq_poly_t p;
    upoly_init(&q);
    fmpq_poly_init(p);
    fmpq_poly_set_fmpz_poly(p, item->q);
    upoly_from_rational(scene->rationals, &q, p);
    enum status status =
        upoly_real_roots(scene->rationals, &q, scene->low[0], scene->high[0], &roots, &scene->why);
    for (size_t k = 0; !status && k < roots.n; k++) {
        status = column_points(scene, item, &roots.root[k], out);
    }
    real_roots_clear(&roots);
    fmpq_poly_clear(p);
    upoly_clear(scene->rationals, &q);
    return status;
}

enum status scene_specials(struct scene *scene, struct specials *out)
{
    struct abscissas list = {0};
    enum status status = collect_pairs(scene, &list);
    if (!status) {
        status = collect_singular(scene, &list);
    }
    if (!status) {
        status = collect_edges(scene, &list);
    }
    for (size_t i = 0; !status && i < list.n; i++) {
        status = columns(scene, &list.item[i], out);
    }
    for (size_t i = 0; i < list.n; i++) {
        fmpz_poly_clear(list.item[i].q);
    }
    mem_free(list.item);
    return status;
}
