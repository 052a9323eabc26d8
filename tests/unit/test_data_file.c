/* The CSV file of `truth data`: what is read of it, and what is said of a bad one. */
#include "tap.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cusp/mem.h"
#include "cusp/syntax.h"

#include "../../src/model/csv.h"
#include "../../src/model/data_file.h"

static char directory[] = "/tmp/cusp-data-XXXXXX";
static char csv_path[64], model_path[64];

static const char model_text[] = "param a in [-3, 3]\n"
                                 "input x ~ uniform(-2, 2)\n"
                                 "output y ~ normal(a*x, 1)\n"
                                 "truth data \"table.csv\", y = height, x = \"body mass\"\n";

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(csv_path, sizeof csv_path, "%s/table.csv", directory);
    snprintf(model_path, sizeof model_path, "%s/some.model", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(csv_path);
    return rmdir(directory);
}

static void write_file(const char *bytes, size_t length)
{
    FILE *file = fopen(csv_path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static enum status read_with(const char *text, struct diags *diags, struct data **out)
{
    struct syntax *syntax = NULL;
    diags_init(diags);
    if (syntax_parse("some.model", text, strlen(text), NULL, 0, diags, &syntax) != ST_OK) {
        struct text shown;
        text_init(&shown);
        diags_print(diags, &shown);
        fail_msg("%s", text_get(&shown));
    }
    enum status status = data_read_file(syntax, model_path, diags, out);
    syntax_free(syntax);
    return status;
}

static enum status read_back(struct diags *diags, struct data **out)
{
    return read_with(model_text, diags, out);
}

/* --- what is read ----------------------------------------------------------------------------- */

struct good {
    const char *bytes;
    size_t n;
    double y[4], x[4];
    size_t line[4];
};

static const struct good goods[] = {
    {"height,body mass\n1.5,2\n-3e-2,+4.25\n", 2, {1.5, -3e-2}, {2, 4.25}, {2, 3}},
    {"\xef\xbb\xbfheight,body mass\r\n1.5,2\r\n", 1, {1.5}, {2}, {2}},
    {"height,body mass\r1.5,2\r3,4", 2, {1.5, 3}, {2, 4}, {2, 3}},
    {"\n\n# where it is from, and when\n\nbody mass , height\n 7 ,\t8\n", 1, {8}, {7}, {6}},
    {"\"body mass\",\"height\"\n\"7\",\"8\"\n", 1, {8}, {7}, {2}},
    {"note,height,body mass\n\"two\nlines, and a \"\" mark\",1,2\nthree,3,4\n",
     2,
     {1, 3},
     {2, 4},
     {2, 4}},
    {"height,body mass,,\n1,2,,\n,,,\n\n3,4,,\n   \n", 2, {1, 3}, {2, 4}, {2, 5}},
    {"id,height,id,body mass\nNA,1,inf,2\n", 1, {1}, {2}, {2}}, /* others may be anything */
    {"height,body mass\n1e-400,123456789012345678901234567890\n",
     1,
     {0},
     {123456789012345678901234567890.0},
     {2}},
    {"Größe,height,body mass\n1,.5,5.\n", 1, {0.5}, {5}, {2}},
};

static void tables_are_read(void **state)
{
    (void)state;
    for (size_t g = 0; g < sizeof goods / sizeof *goods; g++) {
        const struct good *good = &goods[g];
        struct diags diags;
        struct data *data = NULL;
        write_file(good->bytes, strlen(good->bytes));
        enum status status = read_back(&diags, &data);
        if (status != ST_OK)
            fail_msg("%s: %s", good->bytes, diags.items[0].message);
        assert_int_equal(diags.count, 0);
        assert_int_equal(data->n, good->n);
        assert_int_equal(data->n_columns, 2);
        assert_int_equal(data->seed, 0);
        assert_null(data->log_truth);
        assert_string_equal(data->file, csv_path);
        for (size_t i = 0; i < good->n; i++) {
            assert_true(data->column[0][i] == good->x[i]);
            assert_true(data->column[1][i] == good->y[i]);
            assert_int_equal(data->line[i], good->line[i]);
        }
        data_unref(data);
        diags_done(&diags);
    }
}

static void vectors_are_in_order(void **state)
{
    (void)state;
    static const char text[] = "param a in [-3, 3]\ninput x[2] ~ normal(0, 1)\ninput z ~ normal(0, "
                               "1)\noutput y ~ normal(a*x[1]*x[2]*z, 1)\n"
                               "truth data \"table.csv\", y = a, z = b, x[2] = c, x[1] = b\n";
    struct diags diags;
    struct data *data = NULL;
    write_file("a,b,c\n1,2,3\n4,5,6\n", 18);
    assert_int_equal(read_with(text, &diags, &data), ST_OK);
    assert_int_equal(data->n_columns, 4);
    const double expected[4] = {5, 6, 5, 4};
    for (size_t c = 0; c < 4; c++)
        assert_true(data->column[c][1] == expected[c]);
    data_unref(data);
    diags_done(&diags);
}

/* --- what is wrong ---------------------------------------------------------------------------- */

struct bad {
    const char *bytes, *message;
    size_t line, column;
    bool of_model; /* at the statement in place of the file */
};

static const struct bad bads[] = {
    {"", "cannot read 'table.csv': it is empty", 4, 1, true},
    {"\n\n\n", "cannot read 'table.csv': it is empty", 4, 1, true},
    {"height,body mass\n", "cannot read 'table.csv': it has no rows", 4, 1, true},
    {"height,body mass\n,,\n\n", "cannot read 'table.csv': it has no rows", 4, 1, true},
    {"heigth,body mass\n1,2\n", "'table.csv' has no column 'height'; did you mean 'heigth'?", 4, 25,
     true},
    {"Height,body mass\n1,2\n", "'table.csv' has no column 'height'; did you mean 'Height'?", 4, 25,
     true},
    {"u,body mass\n1,2\n", "'table.csv' has no column 'height'; it has 'u', 'body mass'", 4, 25,
     true},
    {"height,height,body mass\n1,2,3\n", "'table.csv' has two columns named 'height'", 4, 25, true},
    {"1,2\n3,4\n", "the first line names the columns, but here stand numbers", 1, 1, false},
    {"height;body mass\n1;2\n", "the columns of this table are not parted by commas", 1, 1, false},
    {"height,body mass\n1,2\nx1,3\n", "'x1' in column 'height' is not a number", 3, 1, false},
    {"height,body mass\n1,\n", "column 'body mass' is empty here", 2, 3, false},
    {"height,body mass\n1, NaN\n", "'NaN' in column 'body mass' is not a finite number", 2, 4,
     false},
    {"height,body mass\n-inf,2\n", "'-inf' in column 'height' is not a finite number", 2, 1, false},
    {"height,body mass\nNA,2\n", "'NA' in column 'height' is missing; leave out rows without it", 2,
     1, false},
    {"height,body mass\n1e999,2\n", "'1e999' in column 'height' is too large a number", 2, 1,
     false},
    {"height,body mass\n0x10,2\n", "'0x10' in column 'height' is not a number", 2, 1, false},
    {"height,body mass\n\"1,5\",2\n",
     "'1,5' in column 'height' is not a number; decimals are written with a point", 2, 2, false},
    {"height,body mass\n1,5,2,5\n",
     "4 fields, but the table has 2 columns; decimals are written with a point", 2, 7, false},
    {"height,body mass\n1,2\n3\n", "1 field, but the table has 2 columns", 3, 1, false},
    {"height,body mass\n1,\"2\n3,4\n", "this quote is never closed", 2, 3, false},
    {"height,body mass\n\"1\"2,3\n",
     "text after the closing quote; a quote inside a field is doubled", 2, 2, false},
    {"height,body mass\r\n\r\n1,2\r\n3,b\xc3\xa4r\r\n",
     "'bär' in column 'body mass' is not a number", 4, 3, false},
    {"height,body mass\n1,2\n3,\xff\n", "not UTF-8: the byte 0xff; save the file as UTF-8", 3, 3,
     false},
    {"\xff\xfeh", "cannot read 'table.csv': it is UTF-16; save it as UTF-8", 4, 1, true},
};

/* The message without the directory, which differs from run to run. */
static void strip(char *message)
{
    char *at = strstr(message, directory);
    if (at != NULL)
        memmove(at, at + strlen(directory) + 1, strlen(at + strlen(directory) + 1) + 1);
}

static void assert_first(const struct diags *diags, const struct bad *bad)
{
    const struct diag *diag = &diags->items[0];
    strip(diag->message);
    if (strcmp(diag->message, bad->message) != 0 || diag->line != bad->line ||
        diag->column != bad->column)
        fail_msg("got %zu:%zu '%s', expected %zu:%zu '%s'", diag->line, diag->column, diag->message,
                 bad->line, bad->column, bad->message);
    assert_string_equal(diag->file, bad->of_model ? "some.model" : csv_path);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    for (size_t b = 0; b < sizeof bads / sizeof *bads; b++) {
        struct diags diags;
        struct data *data = NULL;
        write_file(bads[b].bytes, strlen(bads[b].bytes));
        assert_int_equal(read_back(&diags, &data), ST_INPUT);
        assert_null(data);
        assert_true(diags.n_errors >= 1);
        assert_first(&diags, &bads[b]);
        diags_done(&diags);
    }
}

static void nul_bytes_are_told(void **state)
{
    (void)state;
    static const char bytes[] = "height,body mass\n1,\0002\n";
    static const struct bad bad = {NULL, "control character U+0000 in the table", 2, 3, false};
    struct diags diags;
    struct data *data = NULL;
    write_file(bytes, sizeof bytes - 1);
    assert_int_equal(read_back(&diags, &data), ST_INPUT);
    assert_first(&diags, &bad);
    diags_done(&diags);
}

static void many_faults_end(void **state)
{
    (void)state;
    struct text text;
    struct diags diags;
    struct data *data = NULL;
    text_init(&text);
    text_add(&text, "height,body mass\n");
    for (int i = 0; i < 1000; i++)
        text_add(&text, "1,x\n");
    write_file(text.bytes, text.length);
    assert_int_equal(read_back(&diags, &data), ST_INPUT);
    assert_int_equal(diags.count, DATA_FILE_MAX_FAULTS + 1);
    diags_done(&diags);
    text_done(&text);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct diags diags;
    struct data *data = NULL;
    unlink(csv_path);
    assert_int_equal(read_back(&diags, &data), ST_IO);
    assert_non_null(strstr(diags.items[0].message, "No such file or directory"));
    diags_done(&diags);
    assert_int_equal(mkdir(csv_path, 0700), 0);
    assert_int_equal(read_back(&diags, &data), ST_IO);
    assert_non_null(strstr(diags.items[0].message, "it is a directory"));
    diags_done(&diags);
    assert_int_equal(rmdir(csv_path), 0);
    assert_int_equal(mkfifo(csv_path, 0600), 0); /* without a writer: must not wait */
    assert_int_equal(read_back(&diags, &data), ST_IO);
    assert_non_null(strstr(diags.items[0].message, "it is not a plain file"));
    diags_done(&diags);
    unlink(csv_path);
    int fd = open(csv_path, O_WRONLY | O_CREAT, 0600); /* large, and nearly all of it a hole */
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)DATA_FILE_MAX_BYTES + 1), 0);
    close(fd);
    assert_int_equal(read_back(&diags, &data), ST_INPUT);
    assert_non_null(strstr(diags.items[0].message, "it is larger than 256 MiB"));
    diags_done(&diags);
    assert_null(data);
}

static void long_lines_are_shown_in_part(void **state)
{
    (void)state;
    struct text text;
    struct diags diags;
    struct data *data = NULL;
    text_init(&text);
    text_add(&text, "height,body mass,note\n1,2,");
    for (int i = 0; i < 200000; i++)
        text_add(&text, "word ");
    text_add(&text, "\n1,");
    for (int i = 0; i < 200000; i++)
        text_add(&text, "9");
    text_add(&text, ",\n");
    write_file(text.bytes, text.length);
    assert_int_equal(read_back(&diags, &data), ST_INPUT);
    assert_int_equal(diags.items[0].line, 3);
    assert_true(strlen(diags.items[0].message) < 200);
    diags_done(&diags);
    text_done(&text);
}

static void a_million_rows_are_fast(void **state)
{
    (void)state;
    struct text text;
    struct diags diags;
    struct data *data = NULL;
    text_init(&text);
    text_add(&text, "height,body mass\n");
    for (int i = 0; i < DATA_MAX_N; i++)
        text_addf(&text, "%d.%d,-0.%d\n", i % 1000, i, i + 1);
    write_file(text.bytes, text.length);
    clock_t begin = clock();
    assert_int_equal(read_back(&diags, &data), ST_OK);
    assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 5);
    assert_int_equal(data->n, DATA_MAX_N);
    assert_true(data->column[0][999999] == -0.1000000);
    assert_true(data->column[1][123456] == 456.123456);
    data_unref(data);
    diags_done(&diags);
    text_add(&text, "1,2\n");
    write_file(text.bytes, text.length);
    assert_int_equal(read_back(&diags, &data), ST_INPUT);
    assert_non_null(strstr(diags.items[0].message, "more than 1000000 rows"));
    diags_done(&diags);
    text_done(&text);
}

/* Numbers of every kind agree with the C library to the last bit. */
static void numbers_are_rounded_rightly(void **state)
{
    (void)state;
    uint64_t seed = 12345;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        uint64_t digits = seed >> (seed % 50 + 5);
        int exponent = (int)(seed >> 40) % 60 - 30;
        int n = i % 3 == 0 ? snprintf(text, sizeof text, "%lu", (unsigned long)digits)
                : i % 3 == 1
                    ? snprintf(text, sizeof text, "-%lu.%lue%d", (unsigned long)digits,
                               (unsigned long)(seed >> 44), exponent)
                    : snprintf(text, sizeof text, "0.00%luE%+d", (unsigned long)digits, exponent);
        const char *fault;
        assert_true(csv_number(text, (size_t)n, &fault) == strtod(text, NULL));
        assert_null(fault);
    }
    static const char *const wrong[] = {"",   "+",   "-",   ".",   "e5",
                                        "1e", "1e+", "1 2", "--1", "1.2.3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *fault;
        (void)csv_number(wrong[i], strlen(wrong[i]), &fault);
        assert_non_null(fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(vectors_are_in_order),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(nul_bytes_are_told),
        cmocka_unit_test(many_faults_end),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(long_lines_are_shown_in_part),
        cmocka_unit_test(a_million_rows_are_fast),
        cmocka_unit_test(numbers_are_rounded_rightly),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
