/* The evidence of telling potentials and priors in one, two and three dimensions, against
   references found without quadrature of the plane or the box. */
#include "tap.h"

#include <math.h>

#include "cusp/integral.h"
#include "fixture_model.h"

/* log Z_n under the normalised prior, to 12 digits. Each reference reduces to an integral over one
 * variable, by the density of a product, of a distance or of a radius, taken in 30-digit
 * arithmetic on panels graded towards its singular points. */
struct known_evidence {
    const char *text;
    double n;
    double log_z;
    double tolerance; /* absolute, of log Z */
};

static const struct known_evidence known[] = {
    {"param w in [-1,1]; potential K = w^2", 1e6, -7.0285375166174, 1e-9},
    {"param w in [-2,2]; potential K = w^4", 1e12, -7.6991742959639, 1e-8},
    {"param w in [-1,1]; potential K = abs(w - 0.2)^1.5", 1e5, -7.7775984762741, 1e-8},
    {"param w in [-2,2]; potential K = (w + 1)^2*(w - 1)^4", 1e3, -2.8028740474901, 1e-8},
    {"param w in [-1,1]; potential K = tanh(1e4*(w - 0.3))^2", 1e6, -16.238877388593, 1e-7},
    {"param w in [-1,1]; potential K = 1 - exp(-(w - 0.3)^2/1e-10)", 1e4, -16.238840384218, 1e-6},
    {"param w in [-1,1]; potential K = if(w > 0.2, w^2, 1)", 1e2, -8.4814557758059, 1e-8},
    {"param w in [-1,1]; potential K = (w - 0.3)^2*(1 + 1e-3*(1 - cos(200*w)))", 1e1,
     -1.2734429478769, 1e-8},
    {"param w in [-1,1]; potential K = w^2; prior density(abs(w))", 1e8, -18.420680743952, 1e-8},
    {"param w in [-1,1]; potential K = w^2; prior density(w^6)", 1e2, -13.664359080116, 1e-8},
    {"param w in [0,5]; potential K = (w - 2)^2; prior w ~ exponential(3)", 1e4, -8.9339676484929,
     1e-8},
    {"param x, y in [-1,1]; potential K = x^2*y^2", 1e6, -4.9630034506069, 1e-7},
    {"param x, y in [-2,2]; potential K = (1 - x^2 - y^2)^2", 1e8, -10.265834265442, 1e-7},
    {"param x, y in [-1,1]; potential K = 1e6*x^2 + y^2", 1, -7.3204630694937, 1e-7},
    {"param x, y in [-1,1]; potential K = 1e12*x^2 + y^2", 1e6, -27.872585591199, 1e-7},
    {"param x, y in [-1,1]; potential K = 1 - exp(-((x - 0.3)^2 + (y - 0.2)^2)/1e-4)", 1e3,
     -16.358658621878, 1e-6},
    {"param x, y in [-1,1]; potential K = 1 - exp(-((x - 0.3)^2 + (y - 0.2)^2)/1e-6)", 1e6,
     -27.872584591198, 1e-5},
    {"param x, y in [-1,1]; potential K = 1 - exp(-((x - 0.3)^2 + (y - 0.2)^2)/1e-9)", 1e3,
     -27.871584086848, 1e-6},
    {"param x, y in [-1,1]; potential K = tanh(1000*(x - y))^2", 1e3, -10.481923457673, 1e-7},
    {"param x, y in [-1,1]; potential K = tanh(20*(x - y))^2", 1e12, -16.932025083258, 1e-7},
    {"param x, y in [-1,1]; potential K = abs(x - y)", 1e3, -6.9082554040238, 1e-6},
    {"param x, y in [-1,1]; potential K = relu(x)*relu(y)", 1e4, -0.28735587379245, 1e-7},
    {"param x, y in [-1,1]; potential K = min(abs(x), abs(y))", 1e6, -13.122364377405, 1e-6},
    {"param x, y in [-1,1]; potential K = x^2*y^100", 1e12, -0.26179783528666, 1e-7},
    {"param x, y in [-5,5]; potential K = x^2*y^2; prior x ~ normal(0, 1); prior y ~ normal(0, 1)",
     1e4, -3.4365543036016, 1e-7},
    {"param x, y, z in [0,1]; potential K = x^2*y^2*z^2", 1e6, -3.5709901548847, 1e-5},
    {"param x, y, z in [-1,1]; potential K = x^2 + 1e4*y^2 + z^4", 1e4, -16.457931962651, 1e-5},
    {"param x, y, z in [-1,1]; potential K = x^2 + y^2*z^2", 1e4, -7.7314757652611, 1e-5},
    {"param x, y, z in [-1,1]; potential K = (x*y - z)^2", 1e6, -7.0285376416644, 1e-5},
    {"param x, y, z in [-1,1]; potential K = (x^2 + y^2 + z^2 - 0.25)^2", 1e4, -4.9676169790597,
     1e-5},
    {"param x, y, z in [-1,1]; potential K = tanh(x*y*z)^2", 1e3, -1.2274161819952, 1e-5},
};

enum { KNOWN = sizeof known / sizeof *known };

/* A bound that is far above the tolerance says little; one below the miss says what is not so. */
#define SLACK_OF_BOUND 1e3

static void evidence_matches_references(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t i = 0; i < KNOWN; i++) {
        struct model *model = fixture_model(known[i].text);
        struct integral_options options = {.evidence_only = true, .n_max = known[i].n};
        struct integral *integral = NULL;
        assert_int_equal(integral_new(model, &options, NULL, &integral), ST_OK);
        struct evidence row;
        assert_int_equal(integral_evidence(integral, &known[i].n, 1, &row), ST_OK);
        double miss = fabs(row.log_z - known[i].log_z);
        double rounding = 1e-12 * fmax(1, fabs(known[i].log_z));
        if (!(miss <= known[i].tolerance) || !(miss <= row.error + rounding) ||
            !(row.error <= SLACK_OF_BOUND * known[i].tolerance)) {
            print_message("%s n=%g: log Z %.14g, wanted %.14g, off %.2g, error said %.2g\n",
                          known[i].text, known[i].n, row.log_z, known[i].log_z, miss, row.error);
            faults++;
        }
        assert_true(row.free_energy == -row.log_z);
        integral_free(integral);
        model_unref(model);
    }
    assert_int_equal(faults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_matches_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
