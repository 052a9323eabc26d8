/* Blow-ups of a plane curve: charts, the divisors through their points, what is left to be done. */
#include "plane_private.h"

#include "cusp/mem.h"

#include <stdlib.h>

static enum status unable(struct tree *tree, const char *why)
{
    tree->why = why;
    return ST_UNABLE;
}

static const char TOO_LARGE[] = "the polynomials in the charts grow beyond 100000 terms, or degree "
                                "4000 in a variable that has to be moved";

static struct branch_divisor *new_divisor(struct tree *tree)
{
    MEM_GROW(tree->divisor, tree->n_divisors, tree->divisor_capacity);
    struct branch_divisor *divisor = &tree->divisor[tree->n_divisors++];
    *divisor = (struct branch_divisor){.chart = SIZE_MAX, .over = true};
    fmpq_init(divisor->prior);
    return divisor;
}

static struct chart *new_chart(struct tree *tree, struct field *field, size_t most_branches)
{
    MEM_GROW(tree->chart, tree->n_charts, tree->chart_capacity);
    struct chart *chart = mem_new(1, sizeof *chart);
    tree->chart[tree->n_charts++] = chart;
    *chart = (struct chart){.parent = SIZE_MAX,
                            .exceptional = SIZE_MAX,
                            .wall_sign = {1, 1},
                            .field = field_keep(field),
                            .centre = field_row(field, 2),
                            .unit = field_row(field, 1),
                            .branch = mem_new(most_branches + 1, sizeof *chart->branch)};
    nf_elem_one(chart->unit, field->nf);
    return chart;
}

static struct branch *new_branch(struct chart *chart, size_t divisor)
{
    struct branch *branch = &chart->branch[chart->n_branches++];
    branch->divisor = divisor;
    lpoly_init(&branch->p);
    return branch;
}

static struct spot *new_spot(struct chart *chart, struct field *field, bool over)
{
    MEM_GROW(chart->spot_list, chart->n_spots, chart->spot_capacity);
    struct spot *spot = &chart->spot_list[chart->n_spots++];
    *spot = (struct spot){.field = field_keep(field),
                          .at = field_row(field, 2),
                          .over = over,
                          .child = {SIZE_MAX, SIZE_MAX}};
    return spot;
}

static void pass(struct spot *spot, size_t divisor)
{
    if (spot->n_through < 3) {
        spot->through[spot->n_through++] = divisor;
    }
}

/* A branch of the chart around a spot, as coordinates of the spot. */
static bool around(const struct chart *chart, const struct spot *spot, const struct lpoly *p,
                   struct lpoly *out)
{
    lpoly_init(out);
    lpoly_embed(chart->field, p, spot->field, spot->image, out);
    return lpoly_shift(spot->field, out, spot->at, spot->at + 1);
}

static void linear_part(const struct field *field, const struct lpoly *p, nf_elem_struct *out)
{
    for (slong i = 0; i < p->n; i++) {
        if (p->term[i].e[0] + p->term[i].e[1] == 1) {
            nf_elem_set(out + p->term[i].e[1], &p->term[i].c, field->nf);
        }
    }
}

/* Which divisors pass through a spot, and whether they cross normally. */
static enum status classify(struct tree *tree, const struct chart *chart, struct spot *spot)
{
    nf_elem_struct *slope = field_row(spot->field, 6);
    bool smooth = true, fine = true;
    for (size_t i = 0; fine && i < chart->n_branches; i++) {
        struct lpoly p;
        fine = around(chart, spot, &chart->branch[i].p, &p);
        ulong order = fine ? lpoly_order(&p) : 0;
        if (order > 0) {
            smooth = smooth && order == 1;
            if (spot->n_through < 2) {
                linear_part(spot->field, &p, slope + 2 * spot->n_through);
            }
            pass(spot, chart->branch[i].divisor);
        }
        lpoly_clear(spot->field, &p);
    }
    nf_elem_mul(slope + 4, slope, slope + 3, spot->field->nf);
    nf_elem_mul(slope + 5, slope + 1, slope + 2, spot->field->nf);
    bool independent = !nf_elem_equal(slope + 4, slope + 5, spot->field->nf);
    spot->normal_crossing =
        smooth && (spot->n_through < 2 || (spot->n_through == 2 && independent));
    field_row_free(spot->field, slope, 6);
    return fine ? ST_OK : unable(tree, TOO_LARGE);
}

/* A constant factor of a branch goes to the unit and to the signs of the walls. */
static void absorb(const struct tree *tree, struct chart *chart, const struct branch *branch,
                   const nf_elem_struct *constant)
{
    const struct branch_divisor *divisor = &tree->divisor[branch->divisor];
    if (divisor->power > 0 && !nf_elem_is_one(constant, chart->field->nf)) {
        nf_elem_struct *power = field_row(chart->field, 1);
        nf_elem_pow(power, constant, (ulong)divisor->power, chart->field->nf);
        nf_elem_mul(chart->unit, chart->unit, power, chart->field->nf);
        field_row_free(chart->field, power, 1);
    }
    for (size_t j = 0; j < tree->n_walls; j++) {
        if (divisor->walls >> j & 1U && field_sign(chart->field, constant) < 0) {
            chart->wall_sign[j] = -chart->wall_sign[j];
        }
    }
}

/* What a branch loses when it is made primitive. */
static void normalize(const struct tree *tree, struct chart *chart, struct branch *branch)
{
    nf_elem_struct *taken = field_row(chart->field, 1);
    if (lpoly_normalize(chart->field, &branch->p, taken)) {
        absorb(tree, chart, branch, taken);
    }
    field_row_free(chart->field, taken, 1);
}

/* --- points of an exceptional divisor --------------------------------------------------------- */

/* A factor over the chart's field of what branches cut out on u = 0. */
struct cut {
    struct upoly p;
    size_t n_branches, divisor[2];
    ulong power;
};
struct cuts {
    struct cut *cut;
    size_t n, capacity;
};

static enum status cut_branch(struct tree *tree, const struct chart *chart,
                              const struct branch *branch, struct cuts *cuts)
{
    struct upoly on;
    struct ufactors factors = {0};
    upoly_init(&on);
    const struct field *field = chart->field;
    enum status status = ST_OK;
    if (!lpoly_restrict(field, &branch->p, 0, &on)) {
        status = unable(tree, TOO_LARGE);
    } else {
        status = upoly_factor(field, &on, &factors, &tree->why);
    }
    for (size_t i = 0; !status && i < factors.n; i++) {
        size_t k = 0;
        while (k < cuts->n && !upoly_equal(field, &cuts->cut[k].p, &factors.factor[i].p)) {
            k++;
        }
        if (k == cuts->n) {
            MEM_GROW(cuts->cut, cuts->n, cuts->capacity);
            cuts->cut[cuts->n] = (struct cut){0};
            upoly_set(field, &cuts->cut[cuts->n++].p, &factors.factor[i].p);
        }
        struct cut *cut = &cuts->cut[k];
        if (cut->n_branches < 2) {
            cut->divisor[cut->n_branches] = branch->divisor;
        }
        cut->n_branches++;
        cut->power += factors.factor[i].power;
    }
    ufactors_clear(field, &factors);
    upoly_clear(field, &on);
    return status;
}

static enum status add_cut(struct tree *tree, struct chart *chart, const struct cut *cut)
{
    struct real_roots roots = {0};
    enum status status = upoly_real_roots(chart->field, &cut->p, NULL, NULL, &roots, &tree->why);
    for (size_t i = 0; !status && i < roots.n; i++) {
        struct real_root *root = &roots.root[i];
        struct spot *spot = new_spot(chart, root->field, tree->divisor[chart->exceptional].over);
        nf_elem_set(spot->at + 1, root->value, root->field->nf);
        spot->image = root->image;
        root->image = NULL;
        pass(spot, chart->exceptional);
        for (size_t k = 0; k < cut->n_branches; k++) {
            pass(spot, cut->divisor[k < 2 ? k : 1]);
        }
        spot->normal_crossing = cut->n_branches == 1 && cut->power == 1;
    }
    real_roots_clear(&roots);
    return status;
}

static int compare_cuts(const void *a, const void *b)
{
    const struct cut *x = a, *y = b;
    return (x->p.n > y->p.n) - (x->p.n < y->p.n);
}

/* On the first chart of a blow-up: where anything meets its divisor u = 0. */
static enum status find_on_line(struct tree *tree, struct chart *chart)
{
    struct cuts cuts = {0};
    enum status status = ST_OK;
    for (size_t i = 0; !status && i < chart->n_branches; i++) {
        if (chart->branch[i].divisor != chart->exceptional) {
            status = cut_branch(tree, chart, &chart->branch[i], &cuts);
        }
    }
    if (cuts.n > 1) {
        qsort(cuts.cut, cuts.n, sizeof *cuts.cut, compare_cuts);
    }
    for (size_t i = 0; !status && i < cuts.n; i++) {
        status = add_cut(tree, chart, &cuts.cut[i]);
    }
    for (size_t i = 0; i < cuts.n; i++) {
        upoly_clear(chart->field, &cuts.cut[i].p);
    }
    mem_free(cuts.cut);
    return status;
}

/* On the second chart only its origin is new. */
static enum status find_at_origin(struct tree *tree, struct chart *chart)
{
    struct spot *spot = new_spot(chart, chart->field, tree->divisor[chart->exceptional].over);
    enum status status = classify(tree, chart, spot);
    if (!status && spot->n_through < 2) {
        chart->n_spots--;
        field_row_free(spot->field, spot->at, 2);
        field_drop(spot->field);
    }
    return status;
}

/* --- blow-ups --------------------------------------------------------------------------------- */

static enum status total_order(struct tree *tree, const struct chart *chart,
                               const struct lpoly *local, struct branch_divisor *out)
{
    fmpq_t part, sum;
    fmpq_init(part);
    fmpq_init(sum);
    fmpq_one(sum);
    bool fine = true;
    for (size_t i = 0; i < chart->n_branches; i++) {
        const struct branch_divisor *divisor = &tree->divisor[chart->branch[i].divisor];
        ulong order = lpoly_order(&local[i]);
        long n = 0;
        fine = fine && order < LONG_MAX &&
               !__builtin_mul_overflow(divisor->power, (long)order, &n) &&
               !__builtin_add_overflow(out->power, n, &out->power);
        fmpq_mul_ui(part, divisor->prior, order);
        fmpq_add(sum, sum, part);
        out->walls ^= order % 2 ? divisor->walls : 0;
    }
    fmpq_swap(out->prior, sum);
    fmpq_clear(part);
    fmpq_clear(sum);
    return fine ? ST_OK : unable(tree, "a multiplicity is beyond 2^63");
}

static enum status make_chart(struct tree *tree, size_t from, size_t at, int which,
                              const struct lpoly *local, size_t exceptional)
{
    const struct chart *parent = tree->chart[from];
    const struct spot *spot = &parent->spot_list[at];
    struct field *field = spot->field;
    struct chart *chart = new_chart(tree, field, parent->n_branches + 1);
    chart->parent = from;
    chart->spot = at;
    chart->which = which;
    chart->depth = parent->depth + 1;
    chart->blow_up = tree->n_blow_ups;
    chart->exceptional = exceptional;
    nf_elem_set(chart->centre, spot->at, field->nf);
    nf_elem_set(chart->centre + 1, spot->at + 1, field->nf);
    if (spot->image) {
        field_embed(parent->field, parent->unit, field, spot->image, chart->unit);
    } else {
        nf_elem_set(chart->unit, parent->unit, field->nf);
    }
    for (size_t j = 0; j < tree->n_walls; j++) {
        chart->wall_sign[j] = parent->wall_sign[j];
    }
    lpoly_variable(field, &new_branch(chart, exceptional)->p, which);
    for (size_t i = 0; i < parent->n_branches; i++) {
        struct branch *branch = new_branch(chart, parent->branch[i].divisor);
        if (!lpoly_blow_up(field, &local[i], lpoly_order(&local[i]), which, &branch->p)) {
            return unable(tree, "exponents in a chart are beyond 2^61");
        }
        const nf_elem_struct *constant = lpoly_constant(&branch->p);
        if (constant) {
            absorb(tree, chart, branch, constant);
            lpoly_clear(field, &branch->p);
            chart->n_branches--;
        } else {
            normalize(tree, chart, branch);
        }
    }
    return which == 0 ? find_on_line(tree, chart) : find_at_origin(tree, chart);
}

enum status tree_blow_up(struct tree *tree, size_t from, size_t at)
{
    if (tree->n_blow_ups >= PLANE_MOST_BLOW_UPS) {
        return unable(tree, "it takes more than 400 blow-ups over one point");
    }
    struct chart *chart = tree->chart[from];
    struct spot *spot = &chart->spot_list[at];
    struct lpoly *local = mem_new(chart->n_branches, sizeof *local);
    bool fine = true;
    for (size_t i = 0; i < chart->n_branches; i++) {
        fine = around(chart, spot, &chart->branch[i].p, &local[i]) && fine;
    }
    enum status status = fine ? ST_OK : unable(tree, TOO_LARGE);
    size_t exceptional = tree->n_divisors;
    if (!status) {
        struct branch_divisor *divisor = new_divisor(tree);
        divisor->exceptional = true;
        divisor->over = spot->over;
        divisor->chart = tree->n_charts;
        status = total_order(tree, chart, local, divisor);
    }
    tree->n_blow_ups += !status;
    for (int which = 0; !status && which < 2; which++) {
        spot->child[which] = tree->n_charts;
        status = make_chart(tree, from, at, which, local, exceptional);
    }
    for (size_t i = 0; i < chart->n_branches; i++) {
        lpoly_clear(spot->field, &local[i]);
    }
    mem_free(local);
    return status;
}

enum status tree_resolve(struct tree *tree)
{
    for (size_t c = 0; c < tree->n_charts; c++) {
        for (size_t k = 0; k < tree->chart[c]->n_spots; k++) {
            const struct spot *spot = &tree->chart[c]->spot_list[k];
            if (!spot->normal_crossing && spot->child[0] == SIZE_MAX) {
                enum status status = tree_blow_up(tree, c, k);
                if (status) {
                    return status;
                }
            }
        }
    }
    return ST_OK;
}

size_t tree_n_open(const struct tree *tree)
{
    size_t n = 0;
    for (size_t c = 0; c < tree->n_charts; c++) {
        for (size_t k = 0; k < tree->chart[c]->n_spots; k++) {
            const struct spot *spot = &tree->chart[c]->spot_list[k];
            n += !spot->normal_crossing && spot->over && spot->child[0] == SIZE_MAX;
        }
    }
    return n;
}

/* --- beginning and end ------------------------------------------------------------------------ */

/* Whether a factor is the wall's own line through the point; then its sign beside the wall's. */
static int wall_line(const struct field *field, const struct lpoly *p, int axis)
{
    bool line = p->n == 1 && p->term[0].e[axis] == 1 && p->term[0].e[1 - axis] == 0;
    return line ? field_sign(field, &p->term[0].c) : 0;
}

enum status tree_begin(struct tree *tree, const struct component *component, size_t n,
                       const fmpq_t content, const struct place *place)
{
    *tree = (struct tree){.n_walls = place->n_walls};
    struct chart *chart = new_chart(tree, place->field, n + place->n_walls);
    nf_elem_set_fmpq(chart->unit, content, chart->field->nf);
    nf_elem_set(chart->centre, place->at[0], chart->field->nf);
    nf_elem_set(chart->centre + 1, place->at[1], chart->field->nf);
    int found[PLANE_MOST_WALLS] = {0};
    for (size_t i = 0; i < n; i++) {
        struct branch_divisor *divisor = new_divisor(tree);
        struct branch *branch = new_branch(chart, tree->n_divisors - 1);
        divisor->of = component[i].text;
        divisor->power = component[i].power;
        fmpq_set(divisor->prior, component[i].prior);
        lpoly_from(chart->field, &branch->p, component[i].f->p, component[i].f->ring);
        if (!lpoly_shift(chart->field, &branch->p, place->at[0], place->at[1])) {
            return unable(tree, TOO_LARGE);
        }
        normalize(tree, chart, branch);
        for (size_t j = 0; j < place->n_walls; j++) {
            int sign = wall_line(chart->field, &branch->p, place->wall[j].axis);
            if (sign) {
                found[j] = sign;
                divisor->walls |= 1U << j;
            }
        }
    }
    for (size_t j = 0; j < place->n_walls; j++) {
        if (!found[j]) {
            found[j] = 1;
            struct branch_divisor *divisor = new_divisor(tree);
            divisor->of = place->wall[j].text;
            divisor->edge = true;
            divisor->walls = 1U << j;
            lpoly_variable(chart->field, &new_branch(chart, tree->n_divisors - 1)->p,
                           place->wall[j].axis);
        }
        chart->wall_sign[j] = place->wall[j].side * found[j];
    }
    return classify(tree, chart, new_spot(chart, chart->field, true));
}

void tree_clear(struct tree *tree)
{
    for (size_t c = 0; c < tree->n_charts; c++) {
        struct chart *chart = tree->chart[c];
        for (size_t i = 0; i < chart->n_branches; i++) {
            lpoly_clear(chart->field, &chart->branch[i].p);
        }
        for (size_t k = 0; k < chart->n_spots; k++) {
            struct spot *spot = &chart->spot_list[k];
            field_row_free(spot->field, spot->at, 2);
            field_row_free(spot->field, spot->image, spot->image ? 1 : 0);
            field_drop(spot->field);
        }
        field_row_free(chart->field, chart->centre, 2);
        field_row_free(chart->field, chart->unit, 1);
        field_drop(chart->field);
        mem_free(chart->spot_list);
        mem_free(chart->branch);
        mem_free(chart);
    }
    for (size_t i = 0; i < tree->n_divisors; i++) {
        fmpq_clear(tree->divisor[i].prior);
    }
    mem_free(tree->divisor);
    mem_free(tree->chart);
    *tree = (struct tree){0};
}

enum status tree_locate(struct tree *tree, size_t *chart, const fmpq_t a, const fmpq_t b,
                        size_t *spot)
{
    nf_elem_struct *at = field_row(tree->chart[*chart]->field, 3);
    struct chart *in = tree->chart[*chart];
    const struct field *field = in->field;
    nf_elem_set_fmpq(at, a, field->nf);
    nf_elem_set_fmpq(at + 1, b, field->nf);
    while (in->parent != SIZE_MAX && !nf_elem_is_zero(at + in->which, field->nf)) {
        /* Off the exceptional divisor of this chart: a point of its parent. */
        struct chart *parent = tree->chart[in->parent];
        if (parent->field != in->field) {
            field_row_free(field, at, 3);
            tree->why =
                "that point is off the new divisor of the chart; choose it in an earlier one";
            return ST_INPUT;
        }
        int other = 1 - in->which;
        nf_elem_mul(at + other, at, at + 1, field->nf);
        nf_elem_add(at, at, in->centre, field->nf);
        nf_elem_add(at + 1, at + 1, in->centre + 1, field->nf);
        *chart = in->parent;
        in = parent;
    }
    if (in->parent != SIZE_MAX && in->which == 1 && !nf_elem_is_zero(at, field->nf)) {
        nf_elem_inv(at + 1, at, field->nf);
        nf_elem_zero(at, field->nf);
        in = tree->chart[--*chart];
    }
    enum status status = ST_OK;
    for (*spot = 0; *spot < in->n_spots; ++*spot) {
        const struct spot *s = &in->spot_list[*spot];
        if (!s->image && nf_elem_equal(s->at, at, field->nf) &&
            nf_elem_equal(s->at + 1, at + 1, field->nf)) {
            break;
        }
    }
    if (*spot == in->n_spots) {
        bool over = in->exceptional != SIZE_MAX && tree->divisor[in->exceptional].over;
        struct spot *s = new_spot(in, in->field, over);
        nf_elem_set(s->at, at, field->nf);
        nf_elem_set(s->at + 1, at + 1, field->nf);
        status = classify(tree, in, s);
    }
    field_row_free(field, at, 3);
    return status;
}
