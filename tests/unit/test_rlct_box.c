/* λ of whole boxes in three parameters and more: blocks, bounds that meet, sides of the box. */
#include "tap.h"

#include "cusp/rlct.h"
#include "fixture_model.h"

static struct rlct *find(const char *text)
{
    struct model *model = fixture_model(text);
    struct rlct_options options = {.in_process = true};
    struct rlct *out = NULL;
    char why[320] = "";
    if (rlct_find(model, &options, NULL, why, sizeof why, &out) != ST_OK)
        fail_msg("%s: %s", text, why);
    model_unref(model);
    return out;
}

static void expect(const char *text, long num, long den, long m)
{
    struct rlct *rlct = find(text);
    const struct rat lambda = rlct->lambda.exact;
    if (rlct->lambda.standing != EXACT || lambda.num != num || lambda.den != den ||
        rlct->multiplicity != m)
        fail_msg("%s: %ld/%ld, m = %ld (%s)", text, lambda.num, lambda.den, rlct->multiplicity,
                 rlct->why);
    rlct_free(rlct);
}

static void test_products(void **state)
{
    (void)state;
    expect("param x,y,z in [-1,1]; potential K = (x-1/2)^2*(y-1/3)^2*(z-1/5)^2", 1, 2, 3);
    /* the cusp of x, y is in the plane, the zeros of z are not fractions */
    expect("param x,y,z in [-2,2]; potential K = (x^2-y^3)^2*(z^2-2)^4", 1, 4, 1);
    expect("param x,y,z in [-2,2]; potential K = (x^2-y^3)^2*(z^2+2)^4*(z-1)^2", 5, 12, 1);
    expect("param x,y,z,u in [-1,1]; "
           "potential K = (-2*x^3+y^3)^4*(z^4+2*z^2*u^3-z*u^5+u^6)^2",
           1, 6, 1);
}

static void test_sums(void **state)
{
    (void)state;
    expect("param x,y,z in [-2,2]; potential K = (x^2-2)^2+(y^2-3)^2+z^4", 5, 4, 1);
    expect("param x,y,z,u in [-1,1]; potential K = (-2*x^3+y^3)^4+(z^2+u^3)^2", 7, 12, 1);
    /* 5/12 + 1/2, and both the zeros of u v meet */
    expect("param x,y,u,v in [-2,2]; potential K = ((x-1/3)^2-(y+1/7)^3)^2+(u^2-2)^2*(v^2-3)^2", 11,
           12, 2);
}

static void test_idle_parameters(void **state)
{
    (void)state;
    expect("param x in [-1,0], y,z in [-1,1]; potential K = (x-y^2)^2", 3, 4, 1);
    expect("param x,y,z in [-1,1]; potential K = ((x+2*z)^2+(y-z)^2)^2", 1, 2, 1);
    expect("param x,y,z in [-1,1]; "
           "potential K = ((x+2*z)^2-(x+2*z)*(y-z)^2+1/2*(y-z)^4)^4",
           3, 16, 1);
}

static void test_corners(void **state)
{
    (void)state;
    expect("param x,y,z in [0,1]; potential K = (x+y+z)^2", 3, 2, 1);
    expect("param x,y,z in [0,1]; potential K = (x*y+z)^2", 1, 1, 2);
    expect("param a,b,c,d in [0,1]; potential K = (a*d+b*c)^2", 1, 1, 3);
    /* between the λ of all of space and that of the zeros inside the box */
    expect("param x,y,z in [0,1]; potential K = (x+y-z)^2", 1, 2, 1);
    expect("param a,b,c,d in [0,1]; potential K = (a*d-b*c)^2", 1, 2, 1);
}

/* Along x − y = 1/7 it is 1/4; the origin, which is seen first, has more. */
static void test_upper_elsewhere(void **state)
{
    (void)state;
    struct rlct *rlct = find("param x,y,z in [-1,1]; "
                             "potential K = (x^2-x*y+z*y^2)^2*(x-y-1/7)^4");
    assert_int_equal(rlct->upper.exact.num, 1);
    assert_int_equal(rlct->upper.exact.den, 4);
    rlct_free(rlct);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_idle_parameters), cmocka_unit_test(test_corners),
        cmocka_unit_test(test_upper_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
