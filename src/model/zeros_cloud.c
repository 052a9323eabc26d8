/* W0 in three dimensions and more: every system is projected on from all over the box, its points
 * are sorted by local dimension, spread evenly and delivered. */
#include "zeros_cloud.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    CLOUD_POINTS = 2000,
    CLOUD_CELLS = 1500, /* of a cover, each a start */
    COVER_DIM = 6,      /* beyond it, starts are spread without a cover */
    VOLUME_PROBES = 12,
    EXTEND_CHECKS = 3,    /* random null directions of a point */
    DIMENSION_CHECKS = 6, /* points of a class on which its dimension is checked */
    CURVE_FINER = 3       /* a curve's points stand this much closer than a surface's */
};

#define CLOUD_WORK 2e8       /* program steps for the starts of one system */
#define CLOUD_EVALUATIONS 15 /* of one projection, about */
#define RANK_COST 60         /* of a singular value decomposition, × k² dim */
#define EIGEN_COST 20        /* of the Hessian's rank, × dim³ */
#define PILOT_SAME 1e-6      /* in u */
#define CHECK_REACH 1e-3     /* in u: the step of a dimension check */
#define EMBEDDED_REACH 1e-4  /* in u: how near another piece must come to contain a point */
#define RADIUS_LEAST 0.002
#define RADIUS_MOST 0.1

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The class of points of a system with a dimension; made if it is not there. */
static struct cloud_class *class_of(struct cloud *cloud, size_t system, size_t dimension)
{
    for (size_t i = 0; i < cloud->n_classes; i++)
        if (cloud->classes[i].system == system && cloud->classes[i].dimension == dimension)
            return &cloud->classes[i];
    MEM_GROW(cloud->classes, cloud->n_classes, cloud->classes_capacity);
    struct cloud_class *class = &cloud->classes[cloud->n_classes++];
    *class = (struct cloud_class){.system = system, .dimension = dimension};
    zeros_path_init(&class->points, cloud->p->dim);
    return class;
}

static bool near_volume(struct cloud *cloud, const double *w)
{
    struct zeros_problem *p = cloud->p;
    for (int i = 0; i < VOLUME_PROBES; i++) {
        double at[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < p->dim; v++)
            at[v] = w[v] + CHECK_REACH * rng_normal(&cloud->rng) * p->side[v];
        if (zeros_inside(p, at) && zeros_vanishes(p, at))
            return true;
    }
    return false;
}

static void take_point(struct cloud *cloud, size_t system, const double *w)
{
    struct zeros_problem *p = cloud->p;
    if (cloud->has_volume && near_volume(cloud, w)) {
        zeros_path_add(&cloud->volume, w, false);
        return;
    }
    size_t rank = zeros_rank(p, p->systems[system], w);
    struct cloud_class *class = class_of(cloud, system, p->dim - rank);
    zeros_path_add(&class->points, w, false);
}

/* Starts at the middles of all cells that may hold zeros. */
static void start_from_cover(struct cloud *cloud, size_t system)
{
    struct zeros_problem *p = cloud->p;
    struct zeros_cover cover;
    unsigned deepest = p->dim <= 3 ? 5 : 3;
    zeros_cover_find(p, p->systems[system], deepest, CLOUD_CELLS, &cover);
    double cells = ldexp(1, (int)cover.level);
    for (size_t i = 0; i < cover.n && !zeros_stopped(p); i++) {
        double w[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < p->dim; v++) {
            double place = (double)cover.cell[i * p->dim + v] + rng_uniform(&cloud->rng);
            w[v] = p->low[v] + p->side[v] * place / cells;
        }
        if (zeros_newton(p, p->systems[system], w))
            take_point(cloud, system, w);
    }
    zeros_cover_done(&cover);
}

static void start_from_anywhere(struct cloud *cloud, size_t system)
{
    struct zeros_problem *p = cloud->p;
    const struct zeros_system *s = p->systems[system];
    double k = (double)(s->n < p->dim ? s->n : p->dim);
    double cost = CLOUD_EVALUATIONS *
                  ((double)program_n_steps(s->with_slope) + k * k * (k + (double)s->n + 8));
    cost += RANK_COST * k * k * (double)p->dim + EIGEN_COST * pow((double)p->dim, 3);
    double most = CLOUD_WORK / (double)p->n_systems / cost;
    size_t n = (size_t)fmin((double)cloud->n_starts, fmax(8, most));
    for (size_t i = 0; i < n && !zeros_stopped(p); i++) {
        double w[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < p->dim; v++)
            w[v] = p->low[v] + p->side[v] * rng_uniform(&cloud->rng);
        if (zeros_newton(p, s, w))
            take_point(cloud, system, w);
    }
}

/* True if W0 extends from w in random null directions: its dimension is that of the null space. */
static bool extends(struct cloud *cloud, const struct zeros_system *s, const double *w)
{
    struct zeros_problem *p = cloud->p;
    for (size_t i = 0; i < EXTEND_CHECKS; i++) {
        double t[SYNTAX_MAX_PARAMS], to[SYNTAX_MAX_PARAMS], q[SYNTAX_MAX_PARAMS];
        if (!cloud_tangent(cloud, s, w, t))
            return false;
        for (int sign = 1; sign >= -1; sign -= 2) {
            for (size_t v = 0; v < p->dim; v++)
                to[v] = w[v] + sign * CHECK_REACH * t[v] * p->side[v];
            if (zeros_inside(p, to))
                break;
        }
        memcpy(q, to, sizeof q);
        if (!zeros_inside(p, to))
            continue;
        if (!zeros_newton(p, s, q) || zeros_distance(p, to, q) > CHECK_REACH / 2)
            return false;
    }
    return true;
}

/* Drops classes of a system whose rank is lower than their dimension needs: points where the system
   degenerates, which its derivatives describe better. */
static void check_dimensions(struct cloud *cloud, size_t system)
{
    struct zeros_problem *p = cloud->p;
    const struct zeros_system *s = p->systems[system];
    for (size_t i = 0; i < cloud->n_classes; i++) {
        struct cloud_class *class = &cloud->classes[i];
        size_t n = class->points.n, checks = n < DIMENSION_CHECKS ? n : DIMENSION_CHECKS, good = 0;
        if (class->system != system || class->dimension == 0)
            continue;
        if (s->n == 1 && class->dimension == p->dim - 1) {
            cloud->piece[system] = larger(cloud->piece[system], class->dimension);
            continue;
        }
        for (size_t k = 0; k < checks; k++)
            good += class->dimension < p->dim &&
                    extends(cloud, s, class->points.w + k * (n / checks) * p->dim);
        if (2 * good > checks)
            cloud->piece[system] = larger(cloud->piece[system], class->dimension);
        else
            zeros_path_done(&class->points);
    }
}

static void add_crossings(struct cloud *cloud, size_t system)
{
    struct zeros_problem *p = cloud->p;
    for (size_t i = 0; i < system; i++) {
        const struct zeros_system *a = p->systems[i], *b = p->systems[system];
        if (cloud->piece[i] == 0 || p->n_systems >= ZEROS_MAX_SYSTEMS)
            continue;
        uint32_t *node = mem_new(a->n + b->n, sizeof *node);
        memcpy(node, a->node, a->n * sizeof *node);
        memcpy(node + a->n, b->node, b->n * sizeof *node);
        zeros_add_systems(p, node, a->n + b->n, ZEROS_MAX_DEPTH);
        mem_free(node);
    }
}

/* Points of all systems; new systems appear while it runs, in three dimensions. */
static void survey(struct cloud *cloud)
{
    struct zeros_problem *p = cloud->p;
    for (size_t k = 0; k < p->n_systems && !zeros_stopped(p); k++) {
        const struct zeros_system *s = p->systems[k];
        if (s->n == 0)
            continue;
        if (p->dim <= COVER_DIM)
            start_from_cover(cloud, k);
        if (p->dim > 3)
            start_from_anywhere(cloud, k);
        check_dimensions(cloud, k);
        bool degenerate = cloud->piece[k] == 0;
        if (p->dim == 3 || (degenerate && p->dim <= COVER_DIM))
            zeros_deflate(p, s);
        if (p->dim == 3 && cloud->piece[k] > 0)
            add_crossings(cloud, k);
    }
}

static void find_volume(struct cloud *cloud)
{
    struct zeros_problem *p = cloud->p;
    for (size_t i = 0; i < cloud->n_points; i++) {
        double w[SYNTAX_MAX_PARAMS];
        zeros_quasi(p, 1, i, w);
        if (zeros_vanishes(p, w))
            zeros_path_add(&cloud->volume, w, false);
    }
    cloud->has_volume = cloud->volume.n > 0;
}

/* One point of each cluster. */
static void thin(const struct zeros_problem *p, struct zeros_path *points, double same)
{
    size_t n = 0, d = p->dim;
    for (size_t i = 0; i < points->n; i++) {
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = fabs(points->w[k * d] - points->w[i * d]) <= same * p->side[0] &&
                    zeros_distance(p, points->w + k * d, points->w + i * d) <= same;
        if (!known)
            memmove(points->w + n++ * d, points->w + i * d, d * sizeof *points->w);
    }
    points->n = n;
}

/* The distance between points that makes a cloud of about n_points over all surfaces. */
static double choose_radius(struct cloud *cloud)
{
    double area = 0, length = 0;
    for (size_t i = 0; i < cloud->n_classes; i++) {
        struct cloud_class *class = &cloud->classes[i];
        if (class->dimension == 2)
            area += spread_measure(cloud->p, &class->points, 2);
        else if (class->dimension == 1)
            length += spread_measure(cloud->p, &class->points, 1);
    }
    /* Points that exclude each other within r fill 0.7 / r² of an area when no more fit. */
    double radius = area > 0 ? sqrt(0.7 * area / (double)cloud->n_points)
                             : CURVE_FINER * 0.75 * length / (double)cloud->n_points;
    return fmin(fmax(radius, RADIUS_LEAST), RADIUS_MOST);
}

/* Points of a lower stratum that lie in the closure of a larger piece are its singular points; the
   others are W0 by themselves. */
static void place_stratum(struct cloud *cloud, struct cloud_class *class,
                          struct zeros_path *singular)
{
    struct zeros_problem *p = cloud->p;
    size_t n = 0, d = p->dim;
    for (size_t i = 0; i < class->points.n && !zeros_stopped(p); i++) {
        const double *w = class->points.w + i * d;
        if (cloud_is_embedded(cloud, p->systems[class->system], class->dimension, w,
                              EMBEDDED_REACH)) {
            zeros_path_add(singular, w, true);
        } else {
            memmove(class->points.w + n * d, w, d * sizeof *w);
            class->points.singular[n++] = false;
        }
    }
    class->points.n = n;
}

/* Gives each singular point to the first component of a positive dimension that comes near it. */
static void share_singular(struct cloud *cloud, const struct zeros_path *singular)
{
    struct zeros_problem *p = cloud->p;
    size_t d = p->dim;
    for (size_t i = 0; i < singular->n; i++) {
        const double *w = singular->w + i * d;
        size_t best = SIZE_MAX;
        double least = INFINITY;
        for (size_t k = 0; k < cloud->n_classes; k++) {
            struct cloud_class *class = &cloud->classes[k];
            for (size_t j = 0; class->dimension > 0 && j < class->points.n; j++) {
                double distance = zeros_distance(p, class->points.w + j * d, w);
                if (!class->points.singular[j] && distance < least) {
                    least = distance;
                    best = k;
                }
            }
        }
        if (best != SIZE_MAX)
            zeros_path_add(&cloud->classes[best].points, w, true);
    }
}

static void spread_and_place(struct cloud *cloud, double radius)
{
    struct zeros_problem *p = cloud->p;
    struct zeros_path singular;
    size_t most = 0;
    zeros_path_init(&singular, p->dim);
    for (size_t k = 0; k < p->n_systems; k++)
        most = larger(most, cloud->piece[k]);
    for (size_t i = 0; i < cloud->n_classes && !zeros_stopped(p); i++) {
        struct cloud_class *class = &cloud->classes[i];
        if (class->points.n == 0)
            continue;
        if (class->dimension == 0 || p->dim > 3)
            thin(p, &class->points, PILOT_SAME);
        else
            spread_grow(cloud, class, class->dimension == 1 ? radius / CURVE_FINER : radius,
                        3 * cloud->n_points);
        if (p->dim == 3 && class->dimension < most)
            place_stratum(cloud, class, &singular);
    }
    thin(p, &singular, 0.5 * radius / CURVE_FINER);
    share_singular(cloud, &singular);
    zeros_path_done(&singular);
}

enum status zeros_cloud(struct zeros_problem *p, const struct zeros_options *options,
                        struct zero_set *out)
{
    struct cloud cloud = {.p = p, .out = out, .n_points = CLOUD_POINTS};
    if (options != NULL && options->n_points > 0)
        cloud.n_points = options->n_points < 200000 ? options->n_points : 200000;
    cloud.n_starts = options != NULL && options->n_starts > 0 ? options->n_starts : cloud.n_points;
    cloud.rng = rng_stream(options != NULL ? options->seed : 1, 0);
    cloud.piece = mem_new(ZEROS_MAX_SYSTEMS, sizeof *cloud.piece);
    zeros_path_init(&cloud.volume, p->dim);
    find_volume(&cloud);
    survey(&cloud);
    double radius = choose_radius(&cloud);
    spread_and_place(&cloud, radius);
    for (size_t i = 0; i < cloud.n_classes; i++) {
        struct cloud_class *class = &cloud.classes[i];
        cloud_deliver(&cloud, class, class->dimension == 1 ? radius / CURVE_FINER : radius);
    }
    zeros_result_add(p, out, &cloud.volume, p->dim, false);
    mem_free(cloud.classes);
    mem_free(cloud.piece);
    return cancel_wanted(p->cancel) ? ST_CANCELLED : ST_OK;
}
