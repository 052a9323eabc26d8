/* Simple crossings of a plane curve's components, proved by interval arithmetic without a field. */
#include "scene_private.h"

#include <arb_poly.h>

#include "cusp/mem.h"

enum { PRECISION = 256, MOST_PIECES = 3000, MOST_HALVINGS = 60, ABSCISSA_BITS = 64 };

/* A component and its gradient on a vertical strip, as polynomials in y. */
struct strip {
    arb_poly_t f, d[2];
};

struct sieve {
    struct scene *scene;
    struct strip *strip; /* of every component, over x */
    arb_t x;             /* encloses the one abscissa that is looked at */
    struct crossings *out;
    size_t n_pieces;
    bool fine;
};

static void slice(const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring, const arb_t x, arb_poly_t out)
{
    slong n = fmpq_mpoly_length(p, ring);
    arb_poly_zero(out);
    if (n == 0) {
        return;
    }
    slong degree = fmpq_mpoly_degree_si(p, 0, ring);
    arb_ptr power = _arb_vec_init(degree + 1);
    arb_t c;
    fmpq_t number;
    arb_init(c);
    fmpq_init(number);
    _arb_vec_set_powers(power, x, degree + 1, PRECISION);
    slong height = fmpq_mpoly_degree_si(p, 1, ring) + 1;
    arb_poly_fit_length(out, height);
    _arb_poly_set_length(out, height);
    _arb_vec_zero(out->coeffs, height);
    for (slong i = 0; i < n; i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, p, i, ring);
        fmpq_mpoly_get_term_coeff_fmpq(number, p, i, ring);
        arb_set_fmpq(c, number, PRECISION);
        arb_addmul(out->coeffs + e[1], c, power + e[0], PRECISION);
    }
    fmpq_clear(number);
    arb_clear(c);
    _arb_vec_clear(power, degree + 1);
}

static void strip_set(struct strip *strip, const struct poly *f, const arb_t x)
{
    fmpq_mpoly_t d;
    fmpq_mpoly_init(d, f->ring);
    slice(f->p, f->ring, x, strip->f);
    for (int k = 0; k < 2; k++) {
        fmpq_mpoly_derivative(d, f->p, k, f->ring);
        slice(d, f->ring, x, strip->d[k]);
    }
    fmpq_mpoly_clear(d, f->ring);
}

static void strip_init(struct strip *strip)
{
    arb_poly_init(strip->f);
    arb_poly_init(strip->d[0]);
    arb_poly_init(strip->d[1]);
}

static void strip_clear(struct strip *strip)
{
    arb_poly_clear(strip->f);
    arb_poly_clear(strip->d[0]);
    arb_poly_clear(strip->d[1]);
}

/* p(y) from the middle of y by the mean value theorem. */
static void evaluate(const arb_poly_t p, const arb_t y, arb_t out)
{
    arb_t middle, slope, direct;
    arb_init(middle);
    arb_init(slope);
    arb_init(direct);
    arb_poly_evaluate2(direct, slope, p, y, PRECISION);
    arb_get_mid_arb(middle, y);
    arb_poly_evaluate(out, p, middle, PRECISION);
    arb_sub(middle, y, middle, PRECISION);
    arb_addmul(out, slope, middle, PRECISION);
    if (arb_contains_zero(out) && !arb_contains_zero(direct)) {
        arb_set(out, direct);
    }
    arb_clear(middle);
    arb_clear(slope);
    arb_clear(direct);
}

static bool may_vanish(const arb_poly_t p, const arb_t y)
{
    arb_t value;
    arb_init(value);
    evaluate(p, y, value);
    bool may = arb_contains_zero(value);
    arb_clear(value);
    return may;
}

/* Over the middle of box[0] the two values; over the box the gradients (j[2 i + k] = ∂f_i/∂x_k) and
   their determinant j[4]. */
static void jacobian(const struct scene *scene, const size_t pair[2], const arb_struct *box,
                     arb_ptr value, arb_ptr j)
{
    arb_t middle[2], t;
    struct strip strip;
    strip_init(&strip);
    arb_init(t);
    for (int k = 0; k < 2; k++) {
        arb_init(middle[k]);
        arb_get_mid_arb(middle[k], box + k);
    }
    for (int i = 0; i < 2; i++) {
        const struct poly *f = scene->component[pair[i]].f;
        strip_set(&strip, f, box);
        for (int k = 0; k < 2; k++) {
            evaluate(strip.d[k], box + 1, j + 2 * i + k);
        }
        slice(f->p, f->ring, middle[0], strip.f);
        arb_poly_evaluate(value + i, strip.f, middle[1], PRECISION);
    }
    arb_mul(j + 4, j, j + 3, PRECISION);
    arb_mul(t, j + 1, j + 2, PRECISION);
    arb_sub(j + 4, j + 4, t, PRECISION);
    arb_clear(t);
    arb_clear(middle[0]);
    arb_clear(middle[1]);
    strip_clear(&strip);
}

/* Newton's operator: every common zero in the box is in `to`; if that is inside the box there is
   one, and only one. false: the determinant may be 0. */
static bool newton(const struct scene *scene, const size_t pair[2], const arb_struct *box,
                   arb_ptr to)
{
    arb_ptr value = _arb_vec_init(2), j = _arb_vec_init(5);
    arb_t t;
    arb_init(t);
    jacobian(scene, pair, box, value, j);
    bool regular = !arb_contains_zero(j + 4);
    for (int k = 0; regular && k < 2; k++) {
        arb_mul(t, j + (k ? 0 : 3), value + k, PRECISION);
        arb_submul(t, j + (k ? 2 : 1), value + 1 - k, PRECISION);
        arb_div(t, t, j + 4, PRECISION);
        arb_get_mid_arb(to + k, box + k);
        arb_sub(to + k, to + k, t, PRECISION);
    }
    arb_clear(t);
    _arb_vec_clear(value, 2);
    _arb_vec_clear(j, 5);
    return regular;
}

static bool overlap(const arb_struct *a, const arb_struct *b)
{
    return arb_overlaps(a, b) && arb_overlaps(a + 1, b + 1);
}

static bool inside(const arb_struct *a, const arb_struct *of)
{
    return arb_contains_interior(of, a) && arb_contains_interior(of + 1, a + 1);
}

/* 1: in the open box of the problem, 0: not in the closed one, −1: not clear. */
static int in_box(const struct scene *scene, const arb_struct *at)
{
    arb_t bound;
    arb_init(bound);
    int in = 1;
    for (int k = 0; k < 2 && in; k++) {
        for (int side = 0; side < 2 && in; side++) {
            arb_set_fmpq(bound, side ? scene->high[k] : scene->low[k], PRECISION);
            arb_sub(bound, at + k, bound, PRECISION);
            if (side) {
                arb_neg(bound, bound);
            }
            in = arb_is_negative(bound) ? 0 : arb_is_positive(bound) ? in : -1;
        }
    }
    arb_clear(bound);
    return in;
}

static bool others_vanish(const struct scene *scene, const size_t pair[2], const arb_struct *at)
{
    bool may = false;
    arb_poly_t p;
    arb_poly_init(p);
    for (size_t i = 0; i < scene->n && !may; i++) {
        if (i != pair[0] && i != pair[1]) {
            slice(scene->component[i].f->p, scene->component[i].f->ring, at, p);
            may = may_vanish(p, at + 1);
        }
    }
    arb_poly_clear(p);
    return may;
}

static struct crossing *add_crossing(struct crossings *out, const size_t pair[2])
{
    MEM_GROW(out->crossing, out->n, out->capacity);
    struct crossing *crossing = &out->crossing[out->n++];
    *crossing = (struct crossing){.pair = {pair[0], pair[1]}};
    crossing->at = _arb_vec_init(2);
    crossing->box = _arb_vec_init(2);
    return crossing;
}

void crossings_clear(struct crossings *crossings, size_t keep)
{
    while (crossings->n > keep) {
        struct crossing *crossing = &crossings->crossing[--crossings->n];
        _arb_vec_clear(crossing->at, 2);
        _arb_vec_clear(crossing->box, 2);
    }
    if (keep == 0) {
        mem_free(crossings->crossing);
        *crossings = (struct crossings){0};
    }
}

/* A zero is proved in `at`, alone in `box`; neighbouring pieces may both find it. */
static bool record(struct sieve *sieve, const size_t pair[2], const arb_struct *at,
                   const arb_struct *box)
{
    for (size_t i = 0; i < sieve->out->n; i++) {
        const struct crossing *known = &sieve->out->crossing[i];
        if (known->pair[0] != pair[0] || known->pair[1] != pair[1] || !overlap(known->at, at)) {
            continue;
        }
        return inside(at, known->box) || inside(known->at, box);
    }
    struct crossing *crossing = add_crossing(sieve->out, pair);
    for (int k = 0; k < 2; k++) {
        arb_set(crossing->at + k, at + k);
        arb_set(crossing->box + k, box + k);
    }
    return true;
}

/* Whether it is settled if and where two components meet over a piece of the line. */
static bool settle_pair(struct sieve *sieve, const size_t pair[2], const arb_t y)
{
    arb_ptr box = _arb_vec_init(2), at = _arb_vec_init(2), next = _arb_vec_init(2);
    mag_t wide;
    mag_init(wide);
    arb_set(box, sieve->x);
    arb_set(box + 1, y);
    mag_mul_2exp_si(wide, arb_radref(y), 1);
    arb_add_error_mag(box, wide);
    arb_add_error_mag(box + 1, arb_radref(y));
    bool done = false;
    if (newton(sieve->scene, pair, box, at)) {
        bool here = arb_overlaps(at, sieve->x) && arb_overlaps(at + 1, y);
        done = !here;
        if (here && inside(at, box)) {
            for (int i = 0; i < 8 && newton(sieve->scene, pair, at, next); i++) {
                arb_intersection(at, at, next, PRECISION);
                arb_intersection(at + 1, at + 1, next + 1, PRECISION);
            }
            /* In a wide box it may be the zero over another abscissa. */
            here = arb_overlaps(at, sieve->x) && arb_overlaps(at + 1, y);
            int in = here ? in_box(sieve->scene, at) : 0;
            done = in == 0 || (in == 1 && !others_vanish(sieve->scene, pair, at) &&
                               record(sieve, pair, at, box));
        }
    }
    mag_clear(wide);
    _arb_vec_clear(box, 2);
    _arb_vec_clear(at, 2);
    _arb_vec_clear(next, 2);
    return done;
}

/* Whether nothing but simple crossings is over the piece y. */
static bool settle(struct sieve *sieve, const arb_t y)
{
    size_t active[2] = {0, 0}, n = 0;
    for (size_t i = 0; i < sieve->scene->n && n < 3; i++) {
        if (may_vanish(sieve->strip[i].f, y)) {
            if (n < 2) {
                active[n] = i;
            }
            n++;
        }
    }
    const struct component *component = sieve->scene->component;
    if (n == 1) {
        const struct strip *strip = &sieve->strip[active[0]];
        return !component[active[0]].power || !may_vanish(strip->d[0], y) ||
               !may_vanish(strip->d[1], y);
    }
    if (n == 2 && (component[active[0]].power || component[active[1]].power)) {
        bool integrable = fmpq_cmp_si(component[active[0]].prior, -1) > 0 &&
                          fmpq_cmp_si(component[active[1]].prior, -1) > 0;
        return integrable && settle_pair(sieve, active, y);
    }
    return n == 0 || n == 2;
}

static void part(struct sieve *sieve, const fmpq_t low, const fmpq_t high, int halvings)
{
    sieve->fine = sieve->fine && ++sieve->n_pieces <= MOST_PIECES && halvings <= MOST_HALVINGS;
    if (!sieve->fine) {
        return;
    }
    arb_t y, end;
    arb_init(y);
    arb_init(end);
    arb_set_fmpq(y, low, PRECISION);
    arb_set_fmpq(end, high, PRECISION);
    arb_union(y, y, end, PRECISION);
    bool done = settle(sieve, y);
    arb_clear(y);
    arb_clear(end);
    if (!done) {
        fmpq_t middle;
        fmpq_init(middle);
        fmpq_add(middle, low, high);
        fmpq_div_2exp(middle, middle, 1);
        part(sieve, low, middle, halvings + 1);
        part(sieve, middle, high, halvings + 1);
        fmpq_clear(middle);
    }
}

bool scene_crossings(struct scene *scene, const arb_t x, struct crossings *out)
{
    size_t known = out->n;
    struct sieve sieve = {
        .scene = scene, .strip = mem_new(scene->n, sizeof *sieve.strip), .out = out, .fine = true};
    arb_init(sieve.x);
    arb_set(sieve.x, x);
    for (size_t i = 0; i < scene->n; i++) {
        strip_init(&sieve.strip[i]);
        strip_set(&sieve.strip[i], scene->component[i].f, x);
    }
    part(&sieve, scene->low[1], scene->high[1], 0);
    for (size_t i = 0; i < scene->n; i++) {
        strip_clear(&sieve.strip[i]);
    }
    mem_free(sieve.strip);
    arb_clear(sieve.x);
    if (!sieve.fine) {
        crossings_clear(out, known);
    }
    return sieve.fine;
}

bool scene_crossings_over(struct scene *scene, const fmpz_poly_t q, struct crossings *out)
{
    struct intervals all = {0};
    roots_isolate(q, scene->low[0], scene->high[0], &all);
    size_t known = out->n;
    bool fine = true;
    arb_t x, end;
    arb_init(x);
    arb_init(end);
    for (size_t i = 0; fine && i < all.n; i++) {
        roots_refine(q, all.end[i], ABSCISSA_BITS);
        arb_set_fmpq(x, &all.end[i][0], PRECISION);
        arb_set_fmpq(end, &all.end[i][1], PRECISION);
        arb_union(x, x, end, PRECISION);
        fine = scene_crossings(scene, x, out);
    }
    arb_clear(x);
    arb_clear(end);
    intervals_clear(&all);
    if (!fine) {
        crossings_clear(out, known);
    }
    return fine;
}

/* --- as a point of the answer ----------------------------------------------------------------- */

static const char *say(struct scene *scene, struct text *text)
{
    const char *s = arena_text(scene->arena, text_get(text), text->length);
    text_clear(text);
    return s;
}

static void add_decimal(const arb_t x, struct text *text)
{
    if (arb_contains_zero(x)) {
        text_add(text, "0");
        return;
    }
    char *digits = arb_get_str(x, 17, ARB_STR_NO_RADIUS);
    text_add(text, digits);
    flint_free(digits);
}

/* The two components are themselves coordinates near the point. */
static void show_chart(struct scene *scene, const struct crossing *crossing,
                       struct resolution_chart *chart)
{
    struct text text[4];
    for (int i = 0; i < 4; i++) {
        text_init(&text[i]);
    }
    *chart = (struct resolution_chart){
        .parent = SIZE_MAX, .names = {"u", "v"}, .normal_crossing = true, .n_points = 1};
    for (size_t k = 0; k < RESOLUTION_MAX_VARS; k++) {
        chart->divisor[k] = k < 2 ? k : SIZE_MAX;
    }
    for (size_t k = 0; k < 2; k++) {
        const struct component *component = &scene->component[crossing->pair[k]];
        text_addf(&text[0], "%s%s = %s", k ? ", " : "", chart->names[k], component->text);
        if (component->power) {
            text_addf(&text[1], "%s%s", text[1].length ? " " : "", chart->names[k]);
            if (component->power > 1)
                text_addf(&text[1], "^%ld", component->power);
            text_addf(&text[3], "%s%s", text[3].length ? " " : "", chart->names[k]);
        }
        if (!fmpq_is_zero(component->prior)) {
            char *power = fmpq_get_str(NULL, 10, component->prior);
            text_addf(&text[2], "%s%s^(%s)", text[2].length ? " " : "", chart->names[k], power);
            flint_free(power);
        }
    }
    text_add(&text[2], text[2].length ? "" : "1");
    chart->substitution = say(scene, &text[0]);
    chart->total = say(scene, &text[1]);
    chart->jacobian = say(scene, &text[2]);
    chart->strict = say(scene, &text[3]);
    chart->n_terms = 1;
    chart->exponents = arena_new(scene->arena, 1, sizeof *chart->exponents);
    chart->coefficients = arena_new(scene->arena, 1, sizeof *chart->coefficients);
    for (size_t k = 0; k < 2; k++) {
        chart->exponents[0][k] = scene->component[crossing->pair[k]].power > 0;
    }
    chart->coefficients[0] = "1";
    chart->points = arena_new(scene->arena, 1, sizeof *chart->points);
    *chart->points = (struct resolution_point){
        .coordinate = {"0", "0"}, .decimal = {"0", "0"}, .normal_crossing = true};
    for (size_t k = 0; k < RESOLUTION_MAX_VARS; k++) {
        chart->points->children[k] = SIZE_MAX;
    }
    for (int i = 0; i < 4; i++) {
        text_done(&text[i]);
    }
}

enum status crossing_show(struct scene *scene, const struct crossing *crossing,
                          struct plane_point *out)
{
    struct text text;
    text_init(&text);
    *out = (struct plane_point){.singular = true, .multiplicity = 1};
    for (int k = 0; k < 2; k++) {
        add_decimal(crossing->at + k, &text);
        out->decimal[k] = say(scene, &text);
        text_addf(&text, "near %s", out->decimal[k]);
        out->coordinate[k] = say(scene, &text);
    }
    struct resolution *resolution = arena_new(scene->arena, 1, sizeof *resolution);
    *resolution = (struct resolution){.n_vars = 2, .n_charts = 1, .n_divisors = 2, .n_meetings = 1};
    resolution->charts = arena_new(scene->arena, 1, sizeof *resolution->charts);
    resolution->divisors = arena_new(scene->arena, 2, sizeof *resolution->divisors);
    resolution->meetings = arena_new(scene->arena, 1, sizeof *resolution->meetings);
    show_chart(scene, crossing, resolution->charts);
    text_addf(&text, "%s = %s, %s = %s", scene->problem->names[0], out->coordinate[0],
              scene->problem->names[1], out->coordinate[1]);
    resolution->charts->centre_text = say(scene, &text);
    text_done(&text);
    bool fits = true;
    for (size_t k = 0; k < 2; k++) {
        const struct component *component = &scene->component[crossing->pair[k]];
        struct resolution_divisor *divisor = &resolution->divisors[k];
        *divisor = (struct resolution_divisor){
            .name = k ? "C2" : "C1", .of = component->text, .multiplicity = component->power};
        fits = fits && plane_rat(component->prior, &divisor->jacobian) &&
               plane_ratio(component->prior, component->power, &divisor->ratio);
        if (plane_rat_compare(divisor->ratio, out->lambda) < 0) {
            out->lambda = divisor->ratio;
        }
    }
    if (!fits) {
        scene->why = "a ratio (k + 1) / N is not a fraction of 64-bit numbers";
        return ST_UNABLE;
    }
    for (size_t k = 0; k < 2; k++) {
        resolution->divisors[k].wins =
            plane_rat_compare(resolution->divisors[k].ratio, out->lambda) == 0;
    }
    bool both = resolution->divisors[0].wins && resolution->divisors[1].wins;
    out->multiplicity = both ? 2 : 1;
    *resolution->meetings =
        (struct resolution_meeting){.a = 0, .b = 1, .where = "chart 0, u = 0, v = 0", .wins = both};
    resolution->lambda = out->lambda;
    resolution->multiplicity = out->multiplicity;
    out->resolution = resolution;
    return ST_OK;
}
