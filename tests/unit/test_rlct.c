/* λ of models: exact answers, places, bounds, formulas against the general methods, and refusals.
 */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/rlct.h"
#include "cusp/text.h"
#include "fixture_model.h"

static struct rlct *find(const struct model *model, const double *at, bool snap)
{
    /* In this process, where what is not freed is seen. */
    struct rlct_options options = {.at = at, .snap = snap, .in_process = true};
    struct rlct *out = NULL;
    char why[320] = "";
    enum status status = rlct_find(model, &options, NULL, why, sizeof why, &out);
    if (status != ST_OK)
        fail_msg("%s: %s", status_name(status), why);
    return out;
}

static void expect(const char *text, const double *at, bool snap, long num, long den, long m)
{
    struct model *model = fixture_model(text);
    struct rlct *rlct = find(model, at, snap);
    if (rlct->lambda.standing != EXACT || rlct->lambda.exact.num != num ||
        rlct->lambda.exact.den != den || rlct->multiplicity != m) {
        fail_msg("%s: %ld/%ld, m = %ld (%s)", text, rlct->lambda.exact.num, rlct->lambda.exact.den,
                 rlct->multiplicity, rlct->why);
    }
    assert_true(rlct->lambda.value == (double)num / (double)den);
    assert_int_equal(rlct->local, at != NULL);
    rlct_free(rlct);
    model_unref(model);
}

static enum status refused(const char *text, const double *at, const char *part)
{
    struct model *model = fixture_model(text);
    struct rlct_options options = {.at = at, .seconds = 5};
    struct rlct *out = NULL;
    char why[320] = "";
    enum status status = rlct_find(model, &options, NULL, why, sizeof why, &out);
    assert_null(out);
    if (!strstr(why, part))
        fail_msg("%s: %s", text, why);
    model_unref(model);
    return status;
}

static void test_one_and_two(void **state)
{
    (void)state;
    expect("param w in [-1,1]; potential K = w^6", NULL, false, 1, 6, 1);
    expect("param w in [-1,1]; potential K = (w - 0.1)^4", NULL, false, 1, 4, 1);
    expect("param w in [0,1]; potential K = w^3*(w - 1)^2", NULL, false, 1, 3, 1);
    expect("param x,y in [-1,1]; potential K = (x^2 - 2*y^2)^2", NULL, false, 1, 2, 2);
    /* a zero at irrational coordinates, so flat that numbers do not reach it */
    expect("param x in [1,2], y in [-1,1]; potential K = (y^3 + y + 1 - x^2)^2 + "
           "(2*(x^2 - 2)^3 + (y^3 + y - 1)^3)^4",
           NULL, false, 7, 12, 1);
    expect("param x,y in [-1,1]; potential K = (x^2 + 2*y^2)^2", NULL, false, 1, 2, 1);
    expect("param x,y in [-1,1]; potential K = (x^2 - y^3)^2", NULL, false, 5, 12, 1);
    expect("param x,y in [-2,2]; potential K = (x - 1)^2*(x^2 + y^2)^4", (const double[]){1, 0},
           false, 1, 2, 1);
}

/* x² ≥ 0 and w ≥ 0 only: half the line, and half the plane. */
static void test_signs(void **state)
{
    (void)state;
    expect("param a,b in [-2,2]; input x ~ uniform(-1,1); output y ~ normal(a*relu(b*x),1); "
           "truth y ~ normal(0,1)",
           NULL, false, 1, 2, 2);
    expect("param w in [-1,1]; potential K = abs(w)^3", NULL, false, 1, 3, 1);
}

static void test_snap(void **state)
{
    (void)state;
    const char *line = "param x,y in [-2,2]; potential K = (x - 1)^2*(x^2 + y^2)^4";
    expect(line, (const double[]){0.0312, -0.0123}, true, 1, 4, 1);
    expect(line, (const double[]){1.0123, 0.7345}, true, 1, 2, 1);
    /* No fraction on the diagonal of the circle is near enough, but the circle is. */
    expect("param x,y in [-2,2]; potential K = (x^2 + y^2 - 2.385)^4",
           (const double[]){1.0921, 1.0921}, true, 1, 4, 1);
}

static void test_many(void **state)
{
    (void)state;
    expect("param x,y,z in [-1,1]; potential K = x^2 + y^2*z^2", NULL, false, 1, 1, 2);
    expect("param a,b,c,d in [-1,1]; potential K = (a*d - b*c)^2", NULL, false, 1, 2, 1);
    expect("param x,y,z in [-1,1]; potential K = x^2*y^2*z^2", (const double[]){0, 0.5, 0}, false,
           1, 2, 2);
    expect("param x,y,z in [-1,1]; potential K = (x - 0.25)^2 + (y + 0.5)^2 + z^2", NULL, false, 3,
           2, 1);
}

static void test_places(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x,y in [-1,1]; potential K = (x*y)^2");
    struct rlct *rlct = find(model, NULL, false);
    size_t n_points = 0, n_lines = 0, n_win = 0;
    for (size_t i = 0; i < rlct->n_places; i++) {
        n_points += rlct->places[i].at != NULL && !rlct->places[i].on_boundary;
        n_lines += rlct->places[i].at == NULL;
        n_win += rlct->places[i].wins;
    }
    assert_int_equal(n_points, 1);
    assert_int_equal(n_lines, 2);
    assert_true(n_win >= 1);
    assert_non_null(rlct->at);
    assert_true(rlct->at[0] == 0 && rlct->at[1] == 0);
    assert_int_equal(rlct->boundary.standing, EXACT);
    assert_true(rlct->boundary.value == 0.5);
    rlct_free(rlct);
    model_unref(model);
}

/* Formulas against the general methods where both apply, by the way the answer is worded. */
static void test_formulas(void **state)
{
    (void)state;
    const char *two = "param a[2],b[2] in [-2,2]; input x ~ uniform(-1,1); output y ~ "
                      "normal(b[1]*tanh(a[1]*x) + b[2]*tanh(a[2]*x),1); truth y ~ normal(0,1)";
    struct model *model = fixture_model(two);
    struct rlct *rlct = find(model, NULL, false);
    assert_int_equal(rlct->lambda.exact.num, 2);
    assert_int_equal(rlct->lambda.exact.den, 3);
    assert_non_null(strstr(rlct->citation, "Aoyagi"));
    assert_non_null(strstr(rlct->why, "same as the known formula"));
    rlct_free(rlct);
    model_unref(model);
    /* Rank 1 of 2 × 2: m = 2, which no other method finds for the whole box. */
    expect("param a[2,2],b[1,2] in [-2,2]; input x[2] ~ normal(0,1); output y ~ "
           "normal(b[1,1]*(a[1,1]*x[1] + a[1,2]*x[2]) + b[1,2]*(a[2,1]*x[1] + a[2,2]*x[2]),1); "
           "truth y ~ normal(0,1)",
           NULL, false, 1, 1, 2);
    expect("param u,v,w in [-2,2]; input x ~ normal(0,1); output y ~ normal(u*v*w*x,1); "
           "truth y ~ normal(0.5*x,1)",
           NULL, false, 1, 2, 1);
    /* The truth is out of reach of the box's inside where λ is least: no formula then. */
    expect("param u,v,w in [-2,2]; input x ~ normal(0,1); output y ~ normal(u*v*w*x,1); "
           "truth y ~ normal(0,1)",
           NULL, false, 1, 2, 3);
}

static void test_refusals(void **state)
{
    (void)state;
    assert_int_equal(
        refused("param x,y in [-1,1]; potential K = (x*y)^2", (const double[]){1, 1}, ""),
        ST_DOMAIN);
    assert_int_equal(
        refused("param x,y in [-1,1]; potential K = x^2 + y^2", (const double[]){3, 0}, "box"),
        ST_DOMAIN);
    /* A zero on the box's edge, where K need not grow as a square, and none at all. */
    assert_int_equal(
        refused("param x,y in [0,1]; potential K = x + exp(x) - 1 + y - y*cos(x)", NULL, "cos"),
        ST_UNABLE);
    assert_int_equal(
        refused("param x,y in [-1,1]; potential K = 2.385 + sin(x*y)*exp(x) + y^2", NULL, "exp"),
        ST_UNABLE);
}

/* --- bounds where K is no polynomial's equivalent --------------------------------------------- */

/* den 0: nothing is known. */
static void expect_bounds(const char *text, const double *at, struct rat lower, struct rat upper,
                          const char *part)
{
    struct model *model = fixture_model(text);
    struct rlct *rlct = find(model, at, false);
    const struct quantity *ends[] = {&rlct->lower, &rlct->upper};
    const struct rat wanted[] = {lower, upper};
    for (size_t k = 0; k < 2; k++) {
        struct rat found = ends[k]->standing == UNKNOWN ? (struct rat){0, 0} : ends[k]->exact;
        if (found.num != wanted[k].num || found.den != wanted[k].den)
            fail_msg("%s: end %zu is %ld/%ld: %s", text, k, found.num, found.den, ends[k]->why);
        assert_true(strlen(ends[k]->why) > 10);
    }
    bool meet = lower.den && lower.num * upper.den == upper.num * lower.den;
    assert_int_equal(rlct->lambda.standing, meet ? EXACT : UNKNOWN);
    if (!strstr(rlct->upper.why, part) && !strstr(rlct->why, part))
        fail_msg("%s: %s", text, rlct->upper.why);
    rlct_free(rlct);
    model_unref(model);
}

static void test_bounds_of_potentials(void **state)
{
    (void)state;
    const struct rat none = {0, 0}, half = {1, 2}, one = {1, 1};
    expect_bounds("param w in [-1,1]; potential K = exp(w) - 1 - w", NULL, half, half, "convex");
    expect_bounds("param x,y in [-1,1]; potential K = x^2 + 1 - cos(y)", NULL, one, one, "convex");
    expect_bounds("param x,y in [-2,2]; potential K = x^2 + 1 - cos(y)", NULL, half, one, "");
    const char *tangent = "param x,y in [-2,2]; potential K = (x*y - tanh(x))^2";
    expect_bounds(tangent, NULL, none, half, "wherever x = 0,");
    expect_bounds(tangent, (const double[]){0, 0.2385}, half, half, "rank 1");
    expect_bounds(tangent, (const double[]){0, 1}, none, half, "wherever x = 0,");
    /* Only Lipschitz: three directions, but each for one. */
    expect_bounds("param x,y in [-1,1]; potential K = abs(x + sin(x)*exp(y))", NULL, none, one,
                  "slope");
}

static void test_bounds_of_networks(void **state)
{
    (void)state;
    const struct rat none = {0, 0}, half = {1, 2};
    /* One unit is the truth, with its scale; the other is dead, with three parameters. */
    const char *relu =
        "param w[2],b[2],q[2],c in [-3,3]; input x ~ uniform(-1,1); output y ~ normal(c + "
        "q[1]*relu(w[1]*x + b[1]) + q[2]*relu(w[2]*x + b[2]), 0.5); "
        "truth y ~ normal(relu(x - 0.2385), 0.5)";
    expect_bounds(relu, NULL, half, (struct rat){3, 2}, "dead");
    /* Inputs without bounds reach every unit: sharing the part is best then. */
    expect_bounds("param w[2],b[2],q[2],c in [-3,3]; input x ~ normal(0,1); output y ~ normal(c + "
                  "q[1]*relu(w[1]*x + b[1]) + q[2]*relu(w[2]*x + b[2]), 0.5); "
                  "truth y ~ normal(relu(x - 0.2385), 0.5)",
                  NULL, half, (struct rat){2, 1}, "share");
    expect_bounds(relu, (const double[]){1, 1, -0.2385, -0.2385, 0.25, 0.75, 0}, none,
                  (struct rat){2, 1}, "share");
    expect_bounds("param a[2],b[2],c[2] in [-6,6]; input x ~ uniform(-2,2); output y ~ "
                  "normal(b[1]*tanh(a[1]*x + c[1]) + b[2]*tanh(a[2]*x + c[2]), 0.25); "
                  "truth y ~ normal(tanh(x), 0.25)",
                  NULL, none, (struct rat){2, 1}, "q = 0");
    const char *gelu = "param w,b,q,c in [-3,3]; input x ~ uniform(-1,1); output y ~ "
                       "normal(c + q*gelu(w*x + b), 1); truth y ~ normal(gelu(2*x - 0.5), 1)";
    expect_bounds(gelu, NULL, half, (struct rat){2, 1}, "dimension 0 of 4");
    expect_bounds(gelu, (const double[]){2, -0.5, 1, 0}, (struct rat){2, 1}, (struct rat){2, 1},
                  "rank 4");
    /* Another noise than the truth's: never 0. */
    assert_int_not_equal(
        refused("param w,b,q,c in [-3,3]; input x ~ uniform(-1,1); output y ~ "
                "normal(c + q*gelu(w*x + b), 1); truth y ~ normal(gelu(2*x - 0.5), 2)",
                NULL, ""),
        ST_OK);
}

static void test_bounds_of_polynomials(void **state)
{
    (void)state;
    /* Too large to be factored: the degree from below, a zero from above. */
    expect_bounds("param x,y in [-1,1]; potential K = (x^1000000 - y)^2", (const double[]){0, 0},
                  (struct rat){1, 2000000}, (struct rat){1, 1}, "degree 2000000");
}

/* Smooth surfaces need no point with fractions as coordinates. */
static void test_smooth_surfaces(void **state)
{
    (void)state;
    expect("param a,b,c in [0.02,0.98]; output y ~ mixture(1 - a: bernoulli(c), a: bernoulli(b)); "
           "truth y ~ bernoulli(0.3)",
           NULL, false, 1, 2, 1);
    expect("param a,b,c,d in [-1,1]; potential K = (a*b*c*d - 1/2)^2", NULL, false, 1, 2, 1);
    expect("param a,b,c in [-2,2]; potential K = (a*b*c - 2.385)^6*(a*b*c + 3)^2", NULL, false, 1,
           6, 1);
    expect("param x,y in [-1,1]; potential K = (x^1000000 - y)^2", NULL, false, 1, 2, 1);
    /* Two generators, one a multiple of the other. */
    expect("param a,b,c in [-1,1]; potential K = (a^2 + b^2 + c^2 - 1/3)^4*(a^2 + 1)", NULL, false,
           1, 4, 1);
}

/* Where K is 0 on a part of the box with volume. */
static void test_flat(void **state)
{
    (void)state;
    const char *half = "param a,b in [-1,1]; input x ~ uniform(-1,0); "
                       "output y ~ normal(a*relu(b*x),1); truth y ~ normal(0,1)";
    expect(half, NULL, false, 0, 1, 1);
    expect(half, (const double[]){0.385, 0.25}, false, 0, 1, 1);
    expect(half, (const double[]){0.385, 0}, false, 0, 1, 1);
    expect(half, (const double[]){0, -0.25}, false, 1, 2, 1);
    expect("param a,b in [-1,1]; potential K = 0*a", NULL, false, 0, 1, 1);
    expect("param a,b in [-1,1]; input x ~ normal(0,1); output y ~ normal(0*a*x,1); "
           "truth y ~ normal(0,1)",
           NULL, false, 0, 1, 1);
    expect("param x,y in [-1,1]; potential K = relu(x)^2 + relu(y)^2", NULL, false, 0, 1, 1);
}

/* Two parameters that matter and one that does not. */
static void test_idle(void **state)
{
    (void)state;
    const char *text = "param x,y,z in [-1,1]; prior density(x^2 + y^2); potential K = x^2 + y^2";
    expect(text, NULL, false, 2, 1, 1);
    expect(text, (const double[]){0, 0, 0.385}, false, 2, 1, 1);
}

/* At a point with a fraction as coordinate. */
static void test_fractions(void **state)
{
    (void)state;
    const char *text = "param x,y,z in [-1,1]; potential K = (3*x - 1)^2 + (7*y*z - 1)^4";
    struct model *model = fixture_model(text);
    const double at[] = {1.0 / 3, 1.0 / 7, 1};
    const char *const written[] = {"+0.5/1.5", "2/14", NULL};
    struct rlct_options options = {.at = at, .at_text = written, .in_process = true};
    struct rlct *out = NULL;
    char why[320] = "";
    assert_int_equal(rlct_find(model, &options, NULL, why, sizeof why, &out), ST_OK);
    assert_int_equal(out->lambda.exact.num, 3);
    assert_int_equal(out->lambda.exact.den, 4);
    assert_string_equal(out->at_text, "x = 1/3, y = 1/7, z = 1");
    rlct_free(out);
    model_unref(model);
    assert_int_equal(refused(text, at, "at x = 1/3, y = 1/7, z = 1: coordinates can be given"),
                     ST_DOMAIN);
}

/* A sentence says what is known, and where. */
static void expect_words(const char *text, const double *at, const char *part, const char *never)
{
    struct model *model = fixture_model(text);
    struct rlct *rlct = find(model, at, false);
    if (!strstr(rlct->why, part) || strstr(rlct->why, never))
        fail_msg("%s: %s", text, rlct->why);
    rlct_free(rlct);
    model_unref(model);
}

static void test_sentences(void **state)
{
    (void)state;
    expect_words("param x in [-1,1]; potential K = x^2 + 3", NULL, "less its least value 3",
                 "curve");
    expect_words("param x in [-1,1]; potential K = (x - 0.385)^4", NULL, "the least is 1/4",
                 "curve");
    struct model *model = fixture_model("param x,y,z in [-1,1]; prior density((x^2+y^2+z^2)^2); "
                                        "potential K = (x^2 + y^2 + z^2)^4");
    struct rlct *rlct = find(model, NULL, false);
    assert_null(strstr(rlct->why, "it is known"));
    assert_null(strstr(rlct->upper.why, "(null)"));
    rlct_free(rlct);
    model_unref(model);
}

/* --- Newton polyhedra of results -------------------------------------------------------------- */

static void expect_newton(const char *text, const double *at, struct rat lambda, long power,
                          int faces, const char *point)
{
    struct model *model = fixture_model(text);
    struct rlct *rlct = find(model, at, false);
    const struct newton *newton = rlct->newton;
    if (!newton)
        fail_msg("%s: no polyhedron", text);
    if (newton->lambda.num != lambda.num || newton->lambda.den != lambda.den ||
        newton->power != power || (int)newton->faces != faces || strcmp(newton->at, point) != 0)
        fail_msg("%s: %ld/%ld, power %ld, faces %d at %s", text, newton->lambda.num,
                 newton->lambda.den, newton->power, (int)newton->faces, newton->at);
    assert_non_null(strstr(newton->why, faces == FACES_NONDEGENERATE ? "λ itself" : "at most"));
    if (faces == FACES_NONDEGENERATE)
        assert_true(newton->lambda.num * rlct->lambda.exact.den ==
                    newton->lambda.den * rlct->lambda.exact.num);
    assert_true(rat_value(newton->lambda) >= rlct->upper.value - 1e-12);
    rlct_free(rlct);
    model_unref(model);
}

static void test_newton_of_results(void **state)
{
    (void)state;
    const int good = FACES_NONDEGENERATE, bad = FACES_DEGENERATE;
    expect_newton("param x,y in [-1,1]; potential K = (x^2 - y^3)^2", NULL, (struct rat){5, 12}, 2,
                  bad, "x = 0, y = 0");
    expect_newton("param x,y in [-2,2]; potential K = ((x - 0.5)^2 - (y + 1)^3)^4", NULL,
                  (struct rat){5, 24}, 4, bad, "x = 1/2, y = -1");
    expect_newton("param x,y in [-1,1]; potential K = (x^2 - y^2)^2", NULL, (struct rat){1, 2}, 2,
                  bad, "x = 0, y = 0");
    expect_newton("param x,y in [-1,1]; potential K = x^4 + x^2*y^2 + y^6", NULL,
                  (struct rat){1, 2}, 2, good, "x = 0, y = 0");
    expect_newton("param x,y in [-1,1]; potential K = x^2 + 2*x*y + y^2 + y^6", NULL,
                  (struct rat){1, 1}, 1, bad, "x = 0, y = 0");
    expect_newton("param x,y,z in [-1,1]; potential K = x^2*y^2*z^2", NULL, (struct rat){1, 2}, 2,
                  good, "x = 0, y = 0, z = 0");
    expect_newton("param x,y,z in [-1,1]; potential K = (x^2 - y^2*z)^2", NULL, (struct rat){1, 2},
                  2, bad, "x = 0, y = 0, z = 0");
    /* Irrational points have none: the coordinates would be no fractions. */
    struct model *model = fixture_model("param x,y in [-2,2]; potential K = ((x^2 - 2)^2 - y^3)^2");
    struct rlct *rlct = find(model, NULL, false);
    assert_null(rlct->newton);
    rlct_free(rlct);
    model_unref(model);
}

static void test_words(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x,y in [-1,1]; potential K = (x^2 - y^3)^2");
    struct rlct *rlct = find(model, NULL, false);
    bool seen = false;
    for (size_t i = 0; i < rlct->n_places; i++)
        seen = seen || strcmp(rlct->places[i].text, "y^3 - x^2 = 0") == 0;
    assert_true(seen);
    rlct_free(rlct);
    model_unref(model);
    model = fixture_model("param x,y,z,w in [-1,1]; potential K = "
                          "((x + 2*y + 3*z + 5*w)^6 - z^7)^2 + ((x - y + 7*z - w)^7 - w^8)^2");
    rlct = find(model, NULL, false);
    for (size_t i = 0; i < rlct->n_steps; i++)
        assert_true(strlen(rlct->steps[i]) < 700);
    rlct_free(rlct);
    model_unref(model);
}

static void test_limits(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x,y in [-1,1]; potential K = (x^2 - y^3)^2");
    struct rlct_options options = {.seconds = 5};
    atomic_uint now = 2;
    struct cancel cancel = {&now, 1};
    struct rlct *out = NULL;
    char why[320] = "";
    enum status status = rlct_find(model, &options, &cancel, why, sizeof why, &out);
    assert_true(status == ST_CANCELLED || status == ST_OK);
    rlct_free(out);
    model_unref(model);
}

static void test_tree_and_hand(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x,y in [-1,1]; potential K = (x^2 - y^3)^2");
    struct rlct *rlct = find(model, NULL, false);
    struct text text;
    text_init(&text);
    assert_non_null(rlct->resolution);
    assert_true(rlct->by_hand);
    rlct_tree(rlct->resolution, &text);
    assert_non_null(strstr(text_get(&text), "5/12  <- least"));
    assert_non_null(strstr(text_get(&text), "lambda = 5/12, m = 1"));
    text_done(&text);
    rlct_free(rlct);
    struct rlct_options options = {.seconds = 5};
    struct hand_play *play = NULL;
    char why[320] = "";
    assert_int_equal(rlct_by_hand(model, &options, "0 0,0", NULL, why, sizeof why, &play), ST_OK);
    assert_int_equal(play->hand.resolution.n_blow_ups, 1);
    assert_false(play->hand.done);
    hand_play_free(play);
    play = NULL;
    assert_int_equal(rlct_by_hand(model, &options, "77 0,0", NULL, why, sizeof why, &play),
                     ST_INPUT);
    assert_null(play);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_and_two),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_snap),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_tree_and_hand),
        cmocka_unit_test(test_bounds_of_potentials),
        cmocka_unit_test(test_bounds_of_networks),
        cmocka_unit_test(test_newton_of_results),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_bounds_of_polynomials),
        cmocka_unit_test(test_smooth_surfaces),
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
