/* JSON: the only place that knows how numbers and absent values are written. */
#include <math.h>
#include <stdlib.h>

#include "command_private.h"

static json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void json_put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value ? value : json_null());
}

void json_put_number(json_t *object, const char *key, double value)
{
    json_put(object, key, json_number(value));
}

void json_put_text(json_t *object, const char *key, const char *text)
{
    json_put(object, key, text ? json_string(text) : NULL);
}

void json_put_count(json_t *object, const char *key, size_t value)
{
    json_put(object, key, json_integer((json_int_t)value));
}

void json_put_flag(json_t *object, const char *key, bool value)
{
    json_put(object, key, json_boolean(value));
}

json_t *json_numbers(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_number(values[i]));
    }
    return list;
}

json_t *json_points(const double *values, size_t rows, size_t columns)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rows; i++) {
        json_array_append_new(list, json_numbers(values + i * columns, columns));
    }
    return list;
}

json_t *json_start(const struct model *model, const struct args *args)
{
    json_t *object = json_object();
    if (model) {
        json_put_text(object, "model", model->name);
    }
    json_put_count(object, "seed", (size_t)args_seed(args));
    return object;
}

static int add_bytes(const char *bytes, size_t length, void *context)
{
    text_add_bytes(context, bytes, length);
    return 0;
}

void json_end(json_t *object, struct text *out)
{
    json_dump_callback(object, add_bytes, out,
                       JSON_PRESERVE_ORDER | JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    text_add(out, "\n");
    json_decref(object);
}
