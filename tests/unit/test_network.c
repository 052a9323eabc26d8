/* Networks are recognised however they are written, and points of W0 made by hand get their label.
 */
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/network.h"

static struct model *build(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(model_from_text(text, NULL, 0, &diags, &model), ST_OK);
    diags_done(&diags);
    return model;
}

static bool find(const char *text, struct network *network)
{
    struct model *model = build(text);
    bool found = network_of(model, network);
    model_unref(model);
    return found;
}

static void assert_param(const struct network_coefficient *c, size_t param, double factor)
{
    assert_int_equal(c->kind, VALUE_PARAM);
    assert_int_equal(c->param, param);
    assert_true(fabs(c->number - factor) < 1e-15);
}

static void assert_number(const struct network_coefficient *c, double number)
{
    assert_int_equal(c->kind, VALUE_NUMBER);
    assert_true(fabs(c->number - number) < 1e-15);
}

#define ONE_INPUT "input x ~ uniform(-1,1); truth y ~ normal(0,1); param a, b, q, c in [-2,2]; "

static void test_one_unit(void **state)
{
    (void)state;
    static const char *const acts[] = {"relu",    "leaky_relu", "gelu", "tanh", "swish",
                                       "sigmoid", "softplus",   "erf",  "sin"};
    static const enum op ops[] = {OP_RELU,    OP_LEAKY_RELU, OP_GELU, OP_TANH, OP_SWISH,
                                  OP_SIGMOID, OP_SOFTPLUS,   OP_ERF,  OP_SIN};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct text text;
        struct network network;
        text_init(&text);
        text_addf(&text, ONE_INPUT "output y ~ normal(c + q*%s(a*x + b), 1)", acts[i]);
        assert_true(find(text_get(&text), &network));
        assert_int_equal(network.act, ops[i]);
        assert_int_equal(network.n_units, 1);
        assert_int_equal(network.n_inputs, 1);
        assert_param(&network.units[0].w[0], 0, 1);
        assert_param(&network.units[0].b, 1, 1);
        assert_param(&network.units[0].q, 2, 1);
        assert_param(&network.c, 3, 1);
        network_done(&network);
        text_done(&text);
    }
}

static void test_ways_of_writing(void **state)
{
    (void)state;
    struct network n;
    assert_true(
        find(ONE_INPUT "let z = x*0.5*a - b; output y ~ normal(-(2*relu(z)*q)/5 - c, 1)", &n));
    assert_param(&n.units[0].w[0], 0, 0.5);
    assert_param(&n.units[0].b, 1, -1);
    assert_param(&n.units[0].q, 2, -0.4);
    assert_param(&n.c, 3, -1);
    network_done(&n);
    assert_true(find(ONE_INPUT "output y ~ normal(relu(a*x) + relu(b*x) + 0.385, 1)", &n));
    assert_int_equal(n.n_units, 2);
    assert_number(&n.units[0].q, 1);
    assert_number(&n.units[0].b, 0);
    assert_number(&n.c, 0.385);
    network_done(&n);
    assert_true(find(ONE_INPUT "output y ~ normal(q*(tanh(a*x) - tanh(0.7*(b*x + 0.2))), 1)", &n));
    assert_param(&n.units[1].q, 2, -1);
    assert_param(&n.units[1].w[0], 1, 0.7);
    assert_number(&n.units[1].b, 0.14);
    network_done(&n);
    assert_true(find("param w[3,2], q[3] in [-2,2]; input x[2] ~ normal(0,1); "
                     "let h[j in 1..3] = gelu(sum(k in 1..2, w[j,k]*x[k])); "
                     "output y ~ normal(sum(j in 1..3, q[j]*h[j]), 0.3); truth y ~ normal(0, 0.3)",
                     &n));
    assert_int_equal(n.n_units, 3);
    assert_param(&n.units[2].w[1], 5, 1);
    assert_param(&n.units[2].q, 8, 1);
    network_done(&n);
}

static void test_no_network(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "K = w1^2*w2^2",
        "param m in [-2,2]; output y ~ normal(m, 1); truth y ~ normal(0, 1)",
        ONE_INPUT "output y ~ normal(a*x + b, 1)",
        ONE_INPUT "output y ~ normal(q*relu(a*x + b) + c*x, 1)",
        ONE_INPUT "output y ~ normal(q*relu(a*x^2 + b), 1)",
        ONE_INPUT "output y ~ normal(q*c*relu(a*x), 1)",
        ONE_INPUT "output y ~ normal(q*relu(a*x) + c*tanh(b*x), 1)",
        ONE_INPUT "output y ~ normal(q*relu(tanh(a*x)), 1)",
        ONE_INPUT "output y ~ normal(relu(a*x)*relu(b*x), 1)",
        ONE_INPUT "output y ~ normal(x*relu(a*x), 1)",
        ONE_INPUT "output y ~ normal(b + c + q*relu(a*x), 1)",
    };
    struct network network;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(find(texts[i], &network));
}

/* --- labels of 2 → H → 1 networks with the truth of a polygon -----------------------------------
 */

static const char polygon[] =
    "const m = 3; param w[3,2], b[3], q[3], c in [-4,4]; input x[2] ~ uniform(-1,1); "
    "output y ~ normal(c + sum(i in 1..3, q[i]*relu(w[i,1]*x[1] + w[i,2]*x[2] + b[i])), 1); "
    "truth y ~ normal(sum(k in 1..m, relu(cos(pi/m)*cos(2*pi*k/m)*x[1] + "
    "cos(pi/m)*sin(2*pi*k/m)*x[2] - 0.3)), 1)";

static const char two_of_one[] =
    "param w[2,2], b[2], q[2], c in [-4,4]; input x[2] ~ uniform(-1,1); "
    "output y ~ normal(c + sum(i in 1..2, q[i]*relu(w[i,1]*x[1] + w[i,2]*x[2] + b[i])), 1); "
    "truth y ~ normal(2*relu(x[2] - 0.3), 1)";

struct labelled {
    struct model *model;
    struct network network, truth;
};

static void open_network(const char *text, struct labelled *out)
{
    out->model = build(text);
    assert_true(network_of(out->model, &out->network));
    assert_true(network_of_truth(out->model, &out->truth));
}

static void close_network(struct labelled *l)
{
    network_done(&l->network);
    network_done(&l->truth);
    model_unref(l->model);
}

static void assert_label(const struct labelled *l, enum network_label label, const double *w)
{
    struct program_space *space = program_space_new();
    double kl;
    program_point(l->model->kl, space, w, &kl);
    assert_true(kl <= l->model->kl_tolerance);
    enum network_label found = network_label(l->model, &l->network, &l->truth, w);
    if (found != label)
        print_error("%s is not %s\n", network_label_name(found), network_label_name(label));
    assert_int_equal(found, label);
    program_space_free(space);
}

/* Units in the order given, scaled by alpha, turned round as a whole if sign is −1. */
static void set_polygon(double *w, const int order[3], const double alpha[3], double sign)
{
    const double pi = acos(-1);
    w[12] = sign < 0 ? -0.9 : 0; /* Σ q b */
    for (int i = 0; i < 3; i++) {
        double angle = 2 * pi * order[i] / 3, r = sign * alpha[i] * cos(pi / 3);
        w[2 * i] = r * cos(angle);
        w[2 * i + 1] = r * sin(angle);
        w[6 + i] = sign * alpha[i] * -0.3;
        w[9 + i] = 1 / alpha[i];
    }
}

static void test_polygon(void **state)
{
    (void)state;
    struct labelled l;
    double w[13], effective[2];
    const double alpha[3] = {1.3, 0.62, 2.1};
    open_network(polygon, &l);
    assert_int_equal(l.truth.n_units, 3);
    set_polygon(w, (const int[]){1, 2, 3}, alpha, 1);
    assert_label(&l, LABEL_DISTINCT, w);
    network_effective(&l.network, w, 1, effective);
    assert_true(fabs(hypot(effective[0], effective[1]) - 0.5) < 1e-14);
    assert_false(network_unit_dead(l.model, &l.network, w, 1, 0.3));
    assert_true(network_unit_dead(l.model, &l.network, w, 1, 0.51));
    set_polygon(w, (const int[]){3, 1, 2}, alpha, 1);
    assert_label(&l, LABEL_PERMUTED, w);
    set_polygon(w, (const int[]){1, 2, 3}, alpha, -1);
    assert_label(&l, LABEL_REVERSED, w);
    set_polygon(w, (const int[]){2, 1, 3}, alpha, -1);
    assert_label(&l, LABEL_REVERSED, w);
    w[12] += 1e-3;
    assert_int_equal(network_label(l.model, &l.network, &l.truth, w), LABEL_NOT_TRUE);
    close_network(&l);
}

static void test_two_of_one(void **state)
{
    (void)state;
    static const struct {
        enum network_label label;
        double w[9]; /* w11 w12 w21 w22 b1 b2 q1 q2 c */
    } rows[] = {
        {LABEL_Q_ZERO, {0, 1, 0.7, -0.2, -0.3, 0.385, 2, 0, 0}},
        {LABEL_Q_ZERO, {0, 1, 0.7, -0.2, -0.3, -3.1, 2, 0, 0}}, /* dead as well: q = 0 is first */
        {LABEL_DEAD, {0.7, -0.2, 0, 2, -0.95, -0.6, 1.385, 1, 0}},
        {LABEL_DEAD, {0, 2, 0, 0, -0.6, 0, 1, -1.7, 0}},     /* w = 0 */
        {LABEL_DEAD, {0, 2, 0, 0, -0.6, 0.5, 1, 0.8, -0.4}}, /* a constant */
        {LABEL_MERGED, {0, 1, 0, 0.5, -0.3, -0.15, 1.3, 1.4, 0}},
        {LABEL_MERGED, {0, 1, 0, 0.5, -0.3, -0.15, 3.3, -2.6, 0}},
        /* −x2 + 0.3 turned round, made good by a unit that is active everywhere */
        {LABEL_REVERSED, {0, -1, 0, 1, 0.3, 1.385, 2, 2, -3.37}},
    };
    struct labelled l;
    open_network(two_of_one, &l);
    assert_int_equal(l.truth.n_units, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_label(&l, rows[i].label, rows[i].w);
    assert_true(network_unit_dead(l.model, &l.network, rows[2].w, 0, 0));
    assert_false(network_unit_dead(l.model, &l.network, rows[2].w, 1, 0));
    close_network(&l);
}

/* Two units that take each other back are merged wherever they are; tanh has one scale only. */
static void test_zero_truth(void **state)
{
    (void)state;
    struct labelled l;
    double out[2];
    open_network("param a[2], b[2], q[2] in [-3,3]; input x ~ normal(0,1); "
                 "output y ~ normal(sum(i in 1..2, q[i]*relu(a[i]*x + b[i])), 1); "
                 "truth y ~ normal(0, 1)",
                 &l);
    assert_int_equal(l.truth.n_units, 0);
    const double merged[] = {0.7, 1.4, -0.385, -0.77, 1.2, -0.6};
    assert_label(&l, LABEL_MERGED, merged);
    assert_label(&l, LABEL_Q_ZERO, (const double[]){0.7, 1.4, -0.385, 2.385, 0, 0});
    network_effective(&l.network, merged, 1, out);
    assert_true(fabs(out[0] - 0.84) < 1e-15 && fabs(out[1] + 0.462) < 1e-15);
    close_network(&l);
    open_network("param a[2], b[2], q[2] in [-3,3]; input x ~ normal(0,1); "
                 "output y ~ normal(sum(i in 1..2, q[i]*tanh(a[i]*x + b[i])), 1); "
                 "truth y ~ normal(0.9*tanh(1.1*x), 1)",
                 &l);
    assert_label(&l, LABEL_MERGED, (const double[]){1.1, -1.1, 0, 0, 0.5, -0.4});
    assert_label(&l, LABEL_Q_ZERO, (const double[]){1.1, 0.55, 0, 0, 0.9, 0});
    assert_label(&l, LABEL_DEAD, (const double[]){1.1, 0, 0, 0, 0.9, -0.385});
    close_network(&l);
    open_network("param a[2], q[2] in [-3,3]; input x ~ normal(0,1); "
                 "output y ~ normal(sum(i in 1..2, q[i]*tanh(a[i]*x)), 1); "
                 "truth y ~ normal(0.9*tanh(0.4*x) - 0.6*tanh(2*x), 1)",
                 &l);
    assert_label(&l, LABEL_DISTINCT, (const double[]){0.4, 2, 0.9, -0.6});
    assert_label(&l, LABEL_PERMUTED, (const double[]){2, 0.4, -0.6, 0.9});
    assert_label(&l, LABEL_REVERSED, (const double[]){-0.4, 2, -0.9, -0.6});
    close_network(&l);
}

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < LABEL_COUNT; i++)
        assert_true(strlen(network_label_name((enum network_label)i)) > 0);
    assert_string_equal(network_label_name(LABEL_Q_ZERO), "q = 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_unit),   cmocka_unit_test(test_ways_of_writing),
        cmocka_unit_test(test_no_network), cmocka_unit_test(test_polygon),
        cmocka_unit_test(test_two_of_one), cmocka_unit_test(test_zero_truth),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
