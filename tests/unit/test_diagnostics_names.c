/* Every diagnostic about boxes, names and definitions: message, line, column, width. */
#include "diagnostics_rows.h"

static const struct row boxes[] = {
    {"param w\npotential K = w", "1:8+1 expected 'in [low, high]' here, not the end of the line"},
    {"param w in -1, 1\npotential K = w", "1:12+1 expected '[' and the two ends here, not '-'"},
    {"param w in [-1 1]\npotential K = w", "1:16+1 expected ',' and the upper end here, not '1'"},
    {"param w in [-1]\npotential K = w", "1:15+1 expected ',' and the upper end here, not ']'"},
    {"param w in [-1, 1\npotential K = w", "1:18+1 expected ']' here, not the end of the line"},
    {"param w[2 in [-1, 1]\npotential K = w", "1:11+2 expected ',' or ']' here, not 'in'"},
    {"param w[2,2,2,2] in [-1, 1]\npotential K = w", "1:8+1 an array has at most 3 indices"},
    {"param w in [-1, 1], in [0, 1]\npotential K = w",
     "1:21+2 'in' cannot be a name: it is a word of the language"},
    {"param 2w in [-1, 1]\npotential K = w",
     "1:7+1 expected the name of a parameter here, not '2'\n"
     "2:15+1 unknown name 'w'"},
    {"param w in [1, -1]\npotential K = w^2", "1:13+5 the box of 'w' has its ends swapped"},
    {"param w in [1, 1]\npotential K = w^2", "1:13+4 the box of 'w' has zero width"},
    {"param w in [-1e308, 1e308]\npotential K = w^2", "1:13+13 the box of 'w' is too wide"},
    {"param w in [0, 1/0]\npotential K = w^2",
     "1:16+3 an end of the box of 'w' is not a finite number"},
    {"param a, b, c in [1, -1]\npotential K = a^2", "1:19+5 the box of 'a' has its ends swapped"},
    {"knob t = 1 in [0, 2]\nparam w in [0, t]\npotential K = t*w^2",
     "2:16+1 the box of a parameter cannot use the knob 't'"},
    {"param w[0] in [0, 1]\npotential K = w[1]",
     "1:9+1 the size of 'w' must be a whole number of at least 1, and this is 0"},
    {"param w[1.5] in [0, 1]\npotential K = w[1]",
     "1:9+3 the size of 'w' must be a whole number of at least 1, and this is 1.5"},
    {"param w[65] in [0, 1]\npotential K = w[1]",
     "1:9+2 the size of 'w' is at most 64, and this is 65"},
    {"param w[9,9] in [0, 1]\npotential K = w[1,1]", "1:7+1 'w' has more than 64 elements"},
    {"param v[60], w[5] in [0, 1]\npotential K = w[1]",
     "1:14+1 a model has at most 64 parameters, counting each element; with 'w' it has 65"},
    {"param w[k] in [0, 1]\npotential K = w[1]", "1:9+1 unknown name 'k'"},
};

static const struct row names[] = {
    {W "potential K = sum(index in 1..2, w*indx)",
     "2:36+4 unknown name 'indx'; did you mean 'index'?"},
    {"param w[2] in [0, 1]\npotential K = sum(j in 1..1000000, w[j - j + 1])",
     "2:15+34 more than 1000000 operations once sums are written out"},
    {W "potential K = sum(j in 1..1000000, sum(k in 1..1, w))",
     "2:15+39 more than 1000000 operations once sums are written out"},
    {W "potential K = sum(j in 1.., w)", "2:27+1 expected a number, a name or '(' here, not ','"},
    {W "potential K = v^2", "2:15+1 unknown name 'v'"},
    {W "potential K = tahn(w)", "2:15+4 unknown name 'tahn'; did you mean 'tanh'?"},
    {W "potential K = b*tahn(w)", "2:15+1 unknown name 'b'\n"
                                  "2:17+4 unknown name 'tahn'; did you mean 'tanh'?"},
    {"param alpha in [0, 1]\npotential K = alhpa^2",
     "2:15+5 unknown name 'alhpa'; did you mean 'alpha'?"},
    {"param Alpha in [0, 1]\npotential K = alpha^2",
     "2:15+5 unknown name 'alpha'; did you mean 'Alpha'?"},
    {"param x, y in [0, 1]\npotential K = xy",
     "2:15+2 unknown name 'xy': a product needs '*': write x*y"},
    {W "potential K = ln(w)", "2:15+2 unknown name 'ln': write log(x)"},
    {W "potential K = inf", "2:15+3 unknown name 'inf': write a finite number"},
    {W "potential K = frob(w)", "2:15+4 unknown name 'frob'"},
    {W "potential K = w(2)",
     "2:15+1 'w' is a parameter, not a function; a product needs '*': write w*(...)"},
    {"input x ~ uniform(0, 1)\n" W "output y ~ normal(x(w), 1)\n" T,
     "3:19+1 'x' is an input, not a function; a product needs '*': write x*(...)"},
    {W "potential K = exp(w, 2)", "2:15+9 'exp' takes 1 argument, not 2"},
    {W "potential K = max(w)", "2:15+6 'max' takes 2 arguments, not 1"},
    {W "potential K = w[1]", "2:15+4 the parameter 'w' is a single number and has no index"},
    {"param w[2] in [0, 1]\npotential K = w^2", "2:15+1 'w' is an array: write w[i]"},
    {"param w[2,2] in [0, 1]\npotential K = w[1]^2",
     "2:15+4 'w' has 2 indices, not 1: write w[i, j]"},
    {"param w[2] in [0, 1]\npotential K = w[1,1]^2", "2:15+6 'w' has 1 index, not 2: write w[i]"},
    {"param w[2] in [0, 1]\npotential K = w[3]^2",
     "2:17+1 'w' has no element 3: it runs from 1 to 2"},
    {"param w[2,3] in [0, 1]\npotential K = w[3,1]^2",
     "2:17+1 'w' has no element 3: this index runs from 1 to 2"},
    {"param w[2] in [0, 1]\npotential K = w[0]^2",
     "2:17+1 'w' has no element 0: it runs from 1 to 2"},
    {"param w[2] in [0, 1]\npotential K = w[1.5]^2",
     "2:17+3 an index is a whole number, and this one of 'w' is 1.5"},
    {"param w[2] in [0, 1]\npotential K = w[w[1]]^2",
     "2:17+4 an index cannot use the parameter 'w'"},
    {"param w[2] in [0, 1]\nknob t = 1 in [1, 2]\npotential K = w[t]^2",
     "3:17+1 an index cannot use the knob 't'"},
    {"param w[3] in [0, 1]\npotential K = sum(j in 1..3, w[j + 1]^2)",
     "2:32+5 'w' has no element 4 when j = 3: it runs from 1 to 3"},
    {"param w[3] in [0, 1]\npotential K = sum(i in 1..2, prod(j in i..3, w[i + j]))",
     "2:48+5 'w' has no element 4 when i = 1, j = 3: it runs from 1 to 3"},
    {"const H = 3\nparam w[2] in [0, 1]\nlet f[j in 1..H] = w[j]\npotential K = f[1]",
     "3:22+1 'w' has no element 3 when j = 3: it runs from 1 to 2"},
    {W "let f[j in 1..2] = w\npotential K = f[3]",
     "3:17+1 'f' has no element 3: it runs from 1 to 2"},
    {W "potential K = sum(j in 1..2.5, w)",
     "2:27+3 a range runs over whole numbers up to 1e9, and this end is 2.5"},
    {W "potential K = sum(j in 1..1e12, w)",
     "2:27+4 a range runs over whole numbers up to 1e9, and this end is 1e12"},
    {W "potential K = sum(j in 5..2, w)", "2:27+1 this range runs backwards: 5..2"},
    {W "potential K = sum(j in 1..w, w)", "2:27+1 a range cannot use the parameter 'w'"},
    {W "potential K = sum(w in 1..2, 1)",
     "2:19+1 the index 'w' has the name of the parameter on line 1"},
    {W "potential K = sum(j in 1..2, sum(j in 1..2, w))",
     "2:34+1 the index 'j' is already in use around here"},
    {W "potential K = sum(j in 1..2, w) + j", "2:35+1 unknown name 'j'"},
    {W "potential K = sum(j in 1..2, j[1])",
     "2:30+4 the index 'j' is a single number and has no index"},
    {W "potential K = sum(j in 1..2000, sum(k in 1..2000, w))",
     "2:15+39 more than 1000000 operations once sums are written out"},
    {W "let f[j in 1..2000, k in 1..2000] = w\npotential K = f[1,1]",
     "2:5+1 'f' has more than 1000000 elements"},
    {W "let f[j in 0..2] = w\npotential K = f[1]", "2:12+1 arrays count from 1"},
    {W "let f[w in 1..2] = w\npotential K = f[1]",
     "2:7+1 the index 'w' has the name of the parameter on line 1"},
    {W "let f[j in 1..2, j in 1..2] = w\npotential K = f[1,1]",
     "2:18+1 the index 'j' is already in use around here"},
    {W "const a = sum(j in 1..2000000, j)\n" K,
     "2:11+23 more than 1000000 operations once sums are written out"},
};

static const struct row definitions[] = {
    {"const a = sum(j in 1..1.5, j)\n" W K,
     "1:23+3 a range runs over whole numbers up to 1e9, and this end is 1.5"},
    {"observe u = v\nobserve v = u\n" W K, "1:9+1 circular definition: u → v → u"},
    {"const a = b\nconst b = a\n" W K, "1:7+1 circular definition: a → b → a"},
    {"let a = a\n" W "potential K = a", "1:5+1 circular definition: a → a"},
    {"let a = b + w\nlet b = c\nlet c = 2*a\n" W "potential K = a",
     "1:5+1 circular definition: a → b → c → a"},
    {"let a0 = a1\nlet a1 = a2\nlet a2 = a3\nlet a3 = a4\nlet a4 = a5\nlet a5 = a6\nlet a6 = "
     "a7\nlet a7 = a8\nlet a8 = a9\nlet a9 = a0\n" W "potential K = a0",
     "1:5+2 circular definition: a0 → a1 → a2 → a3 → a4 → a5 → a6 → a7 → … → a0"},
    {"const a = 1/0\n" W K, "1:11+3 the const 'a' is not a finite number"},
    {"const a = w\n" W K, "1:11+1 a const cannot use the parameter 'w'"},
    {"let b = 2\nconst a = b\n" W "potential K = b*w^2",
     "2:11+1 a const cannot use the let 'b'; define it with const"},
    {"knob t = 1 in [w, 2]\n" W "potential K = t*w", "1:16+1 a knob cannot use the parameter 'w'"},
    {"knob t = 3 in [0, 2]\n" W "potential K = t*w",
     "1:10+1 the knob 't' starts outside its range, [0, 2]"},
    {"knob t = 1 in [2, 0]\n" W "potential K = t*w",
     "1:16+4 the range of 't' has its ends swapped"},
    {"knob t = 1 in [1, 1]\n" W "potential K = t*w", "1:16+4 the range of 't' has zero width"},
    {"knob t = 0/0 in [0, 2]\n" W "potential K = t*w",
     "1:10+3 the start of a knob is not a finite number"},
    {W "let f = w\n" K, "2:5+1 warning: the let 'f' is not used"},
    {W "potential w = 3", "2:1+15 'w' is already defined on line 1\n"
                          "2:1+15 warning: the potential depends on no parameter"},
    {W "potential K = 3", "2:1+15 warning: the potential depends on no parameter"},
    {W K "let K = 3", "2:1+17 'K' is already defined on line 3"},
    {"", "0:0+1 a model needs 'potential K = ...' or 'output y ~ ...'\n"
         "0:0+1 a model needs parameters: 'param w1, w2 in [-2, 2]'"},
    {"potential K = 3^2\n", "0:0+1 a model needs parameters: 'param w1, w2 in [-2, 2]'\n"
                            "1:1+17 warning: the potential depends on no parameter"},
    {W, "0:0+1 a model needs 'potential K = ...' or 'output y ~ ...'"},
};

static void test_boxes(void **state)
{
    (void)state;
    check_rows(boxes, sizeof boxes / sizeof *boxes);
}

static void test_names(void **state)
{
    (void)state;
    check_rows(names, sizeof names / sizeof *names);
}

static void test_definitions(void **state)
{
    (void)state;
    check_rows(definitions, sizeof definitions / sizeof *definitions);
}

/* Definitions that lean on each other further than recursion may go. */
static void test_chain(void **state)
{
    (void)state;
    struct text text;
    text_init(&text);
    text_add(&text, W);
    for (int i = 0; i < 2001; i++) {
        text_addf(&text, "let a%d = a%d\n", i, i + 1);
    }
    text_add(&text, "let a2001 = w\npotential K = a0");
    check_said(text_get(&text), text.length, NULL,
               "2003:13+1 definitions lean on each other more than 2000 deep");
    text_clear(&text);
    text_add(&text, W "let a0 = w\n");
    for (int i = 1; i <= 1000; i++) {
        text_addf(&text, "let a%d = a%d*w\n", i, i - 1);
    }
    text_add(&text, "potential K = a1000");
    check_said(text_get(&text), text.length, NULL,
               "1002:13+6 definitions lean on each other more than 2000 deep");
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
