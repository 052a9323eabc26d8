/* Commands and files: scripts, saving, the manual, tables. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_stage.h"

/* ---- files and scripts
 * --------------------------------------------------------------------------- */

struct place {
    char directory[32];
    char file[64];
};

static void place_open(struct place *place, const char *name)
{
    strcpy(place->directory, "/tmp/cusp-test-XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    snprintf(place->file, sizeof place->file, "%s/%s", place->directory, name);
}

static void place_close(struct place *place)
{
    unlink(place->file);
    assert_int_equal(rmdir(place->directory), 0); /* nothing else was left behind */
}

static void write_script(const struct place *place, const char *text)
{
    FILE *file = fopen(place->file, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void run_script(struct stage *stage, const struct place *place, int code, const char *said)
{
    char line[96];
    snprintf(line, sizeof line, "run %s", place->file);
    expect(stage, line, code, said);
}

static void test_scripts(void **state)
{
    (void)state;
    struct stage stage;
    struct place place;
    stage_open(&stage, IN_SHELL);
    place_open(&place, "script");
    write_script(&place, "# a tour\nmodel circle\n\nn 12345.5   # many\nshare\nquit\nnonsense\n");
    run_script(&stage, &place, EXIT_OK, "cusp circle regular-bowl --n 12345.5");
    write_script(&place, "model circle\nn 5\nn nonsense\nshare\n");
    run_script(&stage, &place, EXIT_USAGE, "script:3: n nonsense: a number is wanted");
    char self[128];
    snprintf(self, sizeof self, "run %s\n", place.file);
    write_script(&place, self);
    run_script(&stage, &place, EXIT_BAD, "deep");
    write_script(&place, "info \xff\n");
    run_script(&stage, &place, EXIT_BAD, "UTF-8");
    assert_int_equal(truncate(place.file, (off_t)2 << 30), 0);
    run_script(&stage, &place, EXIT_BAD, "too large");
    unlink(place.file);
    assert_int_equal(mkfifo(place.file, 0600), 0);
    run_script(&stage, &place, EXIT_BAD, "not a regular file");
    expect(&stage, "run /", EXIT_BAD, "directory");
    expect(&stage, "run /nowhere/at/all", EXIT_BAD, "No such file");
    place_close(&place);
    stage_close(&stage);
}

static void test_save(void **state)
{
    (void)state;
    struct stage stage;
    struct place place;
    char line[128];
    stage_open(&stage, IN_PROMPT);
    place_open(&place, "mine.model");
    expect(&stage, "new K = (u*v - 0.25)^2", EXIT_OK, "");
    snprintf(line, sizeof line, "save %s/mine", place.directory);
    expect(&stage, line, EXIT_OK, "saved as");
    expect(&stage, line, EXIT_BAD, "--force");
    strcat(line, " --force");
    expect(&stage, line, EXIT_OK, "saved as");
    struct stat info;
    assert_int_equal(stat(place.file, &info), 0);
    assert_int_equal(info.st_mode & 0600, 0600);
    snprintf(line, sizeof line, "check %s", place.file);
    expect(&stage, line, EXIT_OK, "no errors");
    snprintf(line, sizeof line, "model %s", place.file);
    expect(&stage, line, EXIT_OK, "");
    expect(&stage, "save /nowhere/at/all", EXIT_BAD, "No such file");
    place_close(&place);
    stage_close(&stage);
}

/* As the manual writes a name: a hyphen is one, and not a minus. */
static void manual_name(const char *name, char *out)
{
    for (; *name; name++) {
        if (*name == '-') {
            *out++ = '\\';
        }
        *out++ = *name;
    }
    *out = '\0';
}

static void test_manual(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_SHELL);
    assert_int_equal(run(&stage, "help --man"), EXIT_OK);
    const char *man = text_get(&stage.out);
    for (size_t i = 0; commands[i]; i++) {
        char name[128];
        assert_true(strlen(commands[i]->name) < sizeof name / 2);
        manual_name(commands[i]->name, name);
        assert_non_null(strstr(man, name));
    }
    static const char *const sections[] = {".SH NAME",  ".SH SYNOPSIS",    ".SH COMMANDS",
                                           ".SH KEYS",  ".SH VIEWS",       ".SH MODEL LANGUAGE",
                                           ".SH FILES", ".SH ENVIRONMENT", ".SH EXIT STATUS"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        assert_non_null(strstr(man, sections[i]));
    }
    assert_non_null(strstr(man, "softplus"));
    stage_close(&stage);
}

static void test_tables(void **state)
{
    (void)state;
    static const char *const headers[] = {"name", "value", NULL};
    struct table table;
    struct text out;
    text_init(&out);
    table_init(&table, headers);
    table_text(&table, "λ, \"rlct\"");
    table_number(&table, 2.385, 4);
    table_text(&table, "x");
    table_number(&table, NAN, 4);
    table_csv(&table, &out);
    assert_string_equal(text_get(&out), "name,value\n\"λ, \"\"rlct\"\"\",2.3849999999999998\nx,\n");
    text_clear(&out);
    table_print(&table, &out);
    assert_string_equal(text_get(&out), "name           value\nλ, \"rlct\"      2.385\n"
                                        "x          undefined\n");
    table_done(&table);
    text_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_save),
        cmocka_unit_test(test_manual),
        cmocka_unit_test(test_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
