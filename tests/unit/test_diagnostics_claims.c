/* Every diagnostic about likelihoods, priors, pictures, claims and settings. */
#include "diagnostics_rows.h"

#include <math.h>

static const struct row likelihoods[] = {
    {W "output y ~ mixture(1: normal(w, ))\n" T,
     "2:33+1 expected a number, a name or '(' here, not ')'"},
    {W Y T "potential K = w^2",
     "3:1+25 two kinds of model in one file: the potential on line 5, and this likelihood"},
    {"input x ~ uniform(0, 1)\n" W "potential K = w*x",
     "1:1+23 two kinds of model in one file: the potential on line 3, and this likelihood\n"
     "3:17+1 the potential cannot use the input 'x'"},
    {"input x ~ uniform(0, 1)\nlet f = 2*x\n" W "potential K = w*f\noutput y ~ normal(w, 1)",
     "4:17+1 the potential cannot use the let 'f': it depends on the inputs\n"
     "5:1+23 two kinds of model in one file: the potential on line 4, and this likelihood"},
    {W Y, "3:8+1 the output 'y' has no truth: add 'truth y ~ ...'"},
    {W Y "truth z ~ normal(0, 1)", "4:7+1 unknown name 'z'"},
    {W Y "truth x ~ normal(0, 1)", "4:7+1 'x' is an input; a truth is for an output"},
    {W Y "truth y[1] ~ normal(0, 1)", "4:7+4 the output 'y' is a single number and has no index"},
    {W Y T T, "5:1+22 'y' has a truth already"},
    {W Y "truth y ~ normal(w, 1)", "4:18+1 the truth cannot use the parameter 'w'"},
    {W Y "let f = w*x\ntruth y ~ normal(f, 1)",
     "5:18+1 the truth cannot use the let 'f': it depends on the parameters"},
    {W "input x ~ uniform(0, w)\noutput y ~ normal(w*x, 1)\n" T,
     "2:22+1 the distribution of an input cannot use the parameter 'w'"},
    {W "output y ~ normal(y, 1)\n" T, "2:19+1 an output cannot use the output 'y'"},
    {W "output y[2] ~ normal(w, 1)\n" T,
     "2:9+1 an output is a single number; write an output statement for each"},
    {W "output y\n" T, "2:9+1 expected '~' and a distribution here, not the end of the line"},
    {W "output y ~\n" T,
     "2:11+1 expected a distribution such as normal(0, 1) here, not the end of the line"},
    {W "output y ~ 3\n" T, "2:12+1 expected a distribution such as normal(0, 1) here, not '3'"},
    {W "output y ~ normal\n" T, "2:12+6 normal needs its arguments: normal(mean, sd)"},
    {W "output y ~ nomal(w, 1)\n" T, "2:12+5 unknown distribution 'nomal'; did you mean 'normal'?"},
    {W "output y ~ cauchy(w, 1)\n" T,
     "2:12+6 unknown distribution 'cauchy'; there are uniform, normal, exponential, bernoulli, "
     "bernoulli_logit, binomial, poisson, categorical and mixture"},
    {W "output y ~ normal(w)\n" T, "2:12+9 'normal' takes 2 arguments, not 1: normal(mean, sd)"},
    {W "output y ~ normal()\n" T, "2:12+8 'normal' takes 2 arguments, not 0: normal(mean, sd)"},
    {W "output y ~ categorical(w)\n" T,
     "2:12+14 'categorical' takes at least 2 arguments, not 1: categorical(p1, p2, ...)"},
    {W "output y ~ normal(w, 0)\n" T, "2:22+1 a standard deviation must be positive"},
    {W "output y ~ uniform(2, 1)\n" T, "2:12+13 uniform(low, high) needs low < high"},
    {W "output y ~ exponential(-1)\n" T, "2:24+2 a rate must be positive"},
    {W "output y ~ poisson(0)\n" T, "2:20+1 a mean of counts must be positive"},
    {W "output y ~ bernoulli(1.5)\n" T, "2:22+3 a probability lies between 0 and 1"},
    {W "output y ~ binomial(2.5, w)\n" T,
     "2:21+3 the number of trials is a whole number, 0 or more"},
    {W "output y ~ binomial(3, -1)\n" T, "2:24+2 a probability lies between 0 and 1"},
    {W "output y ~ categorical(0.5, 0.25)\n" T,
     "2:12+22 these probabilities add up to 0.75, not 1"},
    {W "output y ~ mixture(0.5: normal(w, 1), 0.75: normal(0, 1))\n" T,
     "2:12+46 these probabilities add up to 1.25, not 1"},
    {W "output y ~ mixture(normal(w, 1))\n" T,
     "2:20+6 each part of a mixture has its weight: mixture(p1: D1, p2: D2, ...)"},
    {W "output y ~ mixture(w)\n" T, "2:21+1 expected ':' and a distribution here, not ')'"},
    {W "output y ~ mixture()\n" T,
     "2:12+9 'mixture' takes at least 1 argument, not 0: mixture(p1: D1, p2: D2, ...)"},
    {W "output y ~ normal(0.5: w)\n" T,
     "2:22+1 only a mixture has weights: mixture(p1: D1, p2: D2, ...)"},
    {W "output y ~ normal(w, 1\n" T, "2:23+1 expected ',' or ')' here, not the end of the line"},
    {W Y "truth data \"d.csv\", y = a",
     "4:1+18 no column is named for the input 'x': add 'x = column'"},
    {W Y "truth data \"d.csv\", y = a, x = b, x = c", "4:35+5 'x' has a column already"},
    {W Y "truth data \"d.csv\", y = a, w = b, x = c",
     "4:28+1 a column of data cannot use the parameter 'w'"},
    {W Y "truth data \"d.csv\", y = a, x = b, z = c", "4:35+1 unknown name 'z'"},
    {W Y "truth data \"d.csv\", y = 3",
     "4:1+18 no column is named for the input 'x': add 'x = column'\n"
     "4:25+1 expected the name of a column here, not '3'"},
    {W Y "truth data \"d.csv\", y",
     "4:1+18 no column is named for the input 'x': add 'x = column'\n"
     "4:22+1 expected '=' and a column here, not the end of the line"},
    {W Y "truth data d, y = a", "4:12+1 expected the name of a file in quotes here, not 'd'"},
    {W Y "truth data \"d.csv\", y = a, x = b\n" T,
     "5:1+22 the truth is a distribution or data, not both: see line 4"},
    {W Y "truth data \"d.csv\", y = a, x = b\ntruth data \"e.csv\", y = a, x = b",
     "5:1+18 there is already a 'truth data'"},
    {W "input x[2] ~ uniform(0, 1)\noutput y ~ normal(w*x[1], 1)\ntruth data \"d.csv\", y = a, "
       "x[1] = b",
     "4:1+18 no column is named for the input 'x': add 'x[...] = column'"},
    {W "input x[2] ~ uniform(0, 1)\noutput y ~ normal(w*x[1], 1)\ntruth data \"d.csv\", y = a, "
       "x[3] = b",
     "4:30+1 'x' has no element 3: it runs from 1 to 2"},
    {W "input x[1001] ~ uniform(0, 1)\noutput y ~ normal(w*x[1], 1)\n" T,
     "2:9+4 the size of 'x' is at most 1000, and this is 1001"},
};

static const struct row claims[] = {
    {W K "view normal, w",
     "3:6+6 expected a parameter or an observable here: 'normal' is a distribution"},
    {"param a, b in [0, 1]\npotential K = a*b\nprior a, b ~ normal(0, -1)",
     "3:24+2 a standard deviation must be positive"},
    {W K "observe u = q", "3:13+1 unknown name 'q'"},
    {W K "expect rlct = 1/2 at w = ",
     "3:26+1 expected a number, a name or '(' here, not the end of the line"},
    {W K "truth data \"d.csv\"",
     "3:1+18 two kinds of model in one file: the potential on line 2, and this likelihood"},
    {W K "prior v ~ normal(0, 1)", "3:7+1 unknown name 'v'"},
    {W K "const c = 1\nprior c ~ normal(0, 1)",
     "4:7+1 'c' is not a parameter; a prior is for parameters"},
    {W K "prior w ~ normal(0, 1)\nprior w ~ uniform(-1, 1)", "4:7+1 'w' has a prior already"},
    {"param w[2] in [0, 1]\npotential K = w[1]\nprior w[1] ~ normal(0, 1)\nprior w ~ normal(0, 1)",
     "4:7+1 'w' has a prior already"},
    {"param w[2] in [0, 1]\npotential K = w[1]\nprior w[3] ~ normal(0, 1)",
     "3:9+1 'w' has no element 3: it runs from 1 to 2"},
    {W K "prior w ~ normal(w, 1)", "3:18+1 a prior cannot use the parameter 'w'"},
    {W K "prior w ~ poisson(1)",
     "3:11+10 a prior needs a density: 'poisson' is a distribution of whole numbers"},
    {W K "prior w ~ mixture(0.5: normal(0, 1), 0.5: bernoulli(0.5))",
     "3:43+14 a prior needs a density: 'bernoulli' is a distribution of whole numbers"},
    {W K "prior w = 3", "3:9+1 expected '~' and a distribution here, not '='"},
    {W K "prior ~ normal(0, 1)",
     "3:7+1 expected a parameter, 'density(...)' or 'jeffreys' here, not '~'"},
    {W K "prior density(w^2)\nprior w ~ normal(0, 1)",
     "4:1+22 a prior for all parameters or one for each, not both: see line 3"},
    {W K "prior jeffreys\nprior density(w^2)",
     "4:1+18 a second prior for all parameters; the first is on line 3"},
    {W K "prior density(w^2", "3:14+1 this '(' is never closed"},
    {W K "prior density()", "3:15+1 expected a number, a name or '(' here, not ')'"},
    {W K "region \"a\" w > 0", "3:12+1 expected ':' and a condition here, not 'w'"},
    {W K "region a : w > 0", "3:8+1 expected the region's name in quotes here, not 'a'"},
    {W K "region \"a\" : w = 0", "3:16+1 '=' defines a name; to compare write '=='"},
    {W K "region \"a\" : w > 0\nregion \"a\" : w < 0",
     "4:1+18 there is already a region 'a' on line 3"},
    {W K "region \"a\" : 1 > 0", "3:1+18 warning: this region depends on no parameter"},
    {W K "view q", "3:6+1 unknown name 'q'"},
    {W K "view w, w", "3:9+1 the two axes of a view are different"},
    {W K "view w, u, v", "3:10+1 a view has two axes"},
    {W K "view w\nview w", "4:1+4 a second view; the first is on line 3"},
    {W K "view 3", "3:6+1 expected a parameter or an observable here, not '3'"},
    {W K "knob t = 1 in [0, 2]\nview w, t",
     "4:9+1 an axis is a parameter or an observable: 't' is a knob"},
    {"param v, w in [0, 1]\npotential K = v*w\nview w", "3:1+6 a view needs two axes: view w, ..."},
    {"param w[2] in [0, 1]\npotential K = w[1]\nview w, w[1]", "3:6+1 'w' is an array: write w[i]"},
    {W K "expect",
     "3:7+1 expected 'rlct = ...' or 'multiplicity = ...' here, not the end of the line"},
    {W K "expect lambda = 1/2",
     "3:8+6 expected 'rlct = ...' or 'multiplicity = ...' here, not 'lambda'"},
    {W K "expect rlct 1/2", "3:13+1 expected '=' here, not '1'"},
    {W K "expect rlct = 0.5",
     "3:15+3 expected a fraction such as 5/12 or a whole number here, not '0.5'"},
    {W K "expect rlct = 0", "3:15+1 an rlct is a positive fraction"},
    {W K "expect rlct = 1/0", "3:15+3 an rlct is a positive fraction"},
    {W K "expect rlct = 1/w", "3:17+1 expected a whole number here, not 'w'"},
    {W K "expect rlct = 1/2, rlct = 1/2", "3:20+4 'rlct' is given twice"},
    {W K "expect multiplicity = 0", "3:23+1 a multiplicity is at least 1"},
    {W K "expect multiplicity = 1.5", "3:23+3 expected a whole number here, not '1.5'"},
    {W K "expect rlct = 1/2, multiplicity = 2",
     "3:1+35 a multiplicity is at most the number of parameters, 1"},
    {W K "expect rlct = 1/2 at", "3:21+1 expected a parameter here, not the end of the line"},
    {W K "expect rlct = 1/2 at w", "3:23+1 expected '=' and a value here, not the end of the line"},
    {W K "expect rlct = 1/2 at w = 2", "3:26+1 this point lies outside the box of 'w', [-1, 1]"},
    {W K "expect rlct = 1/2 at w = 0, w = 1", "3:29+1 this coordinate is given twice"},
    {W K "expect rlct = 1/2 at w = 0/0", "3:26+3 this coordinate is not a finite number"},
    {W K "expect rlct = 1/2 at w = w", "3:26+1 the point of a claim cannot use the parameter 'w'"},
    {W K "expect rlct = 1/2 at v = 0", "3:22+1 unknown name 'v'"},
    {"param v in [1, 2], w in [-1, 1]\n" K "expect rlct = 1/2 at w = 0",
     "3:1+26 'v' is not named, so it is 0, which lies outside its box"},
};

struct setting_row {
    struct setting setting;
    const char *text, *said;
};

static const struct setting_row settings[] = {
    {{"h", 3},
     "const H = 2\nconst Half = 1\n" W K,
     "0:0+1 no const or knob 'h' to set; did you mean 'H'?"},
    {{"height", 3}, "const H = 2\n" W K, "0:0+1 no const or knob 'height' to set"},
    {{"Hafl", 3},
     "const H = 2\nconst Half = 1\n" W K,
     "0:0+1 no const or knob 'Hafl' to set; did you mean 'Half'?"},
    {{"w", 1}, W K, "0:0+1 cannot set 'w': it is a parameter, not a const or a knob"},
    {{"t", 3},
     "knob t = 1 in [0, 2]\n" W "potential K = t*w",
     "0:0+1 the knob 't' goes from 0 to 2, not to 3"},
    {{"H", INFINITY}, "const H = 2\n" W K, "0:0+1 cannot set 'H' to what is no number"},
    {{"H", 2.5},
     "const H = 2\nparam w[H] in [0, 1]\npotential K = w[1]",
     "2:9+1 the size of 'w' must be a whole number of at least 1, and this is 2.5"},
};

static void test_likelihoods(void **state)
{
    (void)state;
    check_rows(likelihoods, sizeof likelihoods / sizeof *likelihoods);
}

static void test_claims(void **state)
{
    (void)state;
    check_rows(claims, sizeof claims / sizeof *claims);
}

static void test_settings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const char *text = settings[i].text;
        check_said(text, strlen(text), &settings[i].setting, settings[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_likelihoods),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
