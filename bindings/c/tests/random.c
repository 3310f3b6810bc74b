/*
 * Random sequences of calls: handles that live, that were freed, that never were, in every place where one is taken.
 *
 *     random SEQUENCES [SEED]
 *
 * A model says for each handle whether it lives and of which revision it is, and so what every call must answer.
 */

#include "common.h"

enum { HELD_MAX = 24, STEPS = 12 };

typedef enum kind { ENGINE, SUBJECT, PERMISSION, SCOPE, CLUSTER, ERROR, TEXT, RULE, APPROVAL, N_KINDS } kind;

typedef struct held {
    kind kind;
    uint64_t handle;
    int lives;
    uint64_t engine;   /* whose it is, where it is prepared */
    uint64_t revision; /* of which snapshot */
    int grants;        /* of an engine: whether ana may */
} held;

static held all[HELD_MAX];
static uint64_t state;
static unsigned long long n_allowed, n_stale, n_bad, n_calls;

static uint64_t draw(uint64_t n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % n;
}

static held *any(void) {
    return &all[draw(HELD_MAX)];
}

/* Mostly one of a kind, sometimes any: wrong handles are to be met, and right ones too. */
static held *one_of(kind kind) {
    held *found = any();
    for (int i = 0; i < 40 && found->kind != kind && draw(50) != 0; i++) {
        found = any();
    }
    return found;
}

static bw_status release_of(kind kind, uint64_t handle) {
    switch (kind) {
    case ENGINE: return bw_engine_free(handle);
    case SUBJECT: return bw_subject_free(handle);
    case ERROR: return bw_error_free(handle);
    case TEXT: return bw_text_free(handle);
    case RULE: return bw_rule_free(handle);
    default: return bw_approval_free(handle);
    }
}

/* Permissions, scopes and clusters are numbers, and stay what they are. */
static int is_freed(kind kind) {
    return kind != PERMISSION && kind != SCOPE && kind != CLUSTER;
}

static held *find_engine(uint64_t handle) {
    for (int i = 0; i < HELD_MAX; i++) {
        if (all[i].kind == ENGINE && all[i].lives && all[i].handle == handle) {
            return &all[i];
        }
    }
    return NULL;
}

static int is_engine(const held *held) {
    return held->kind == ENGINE && held->lives;
}

/* A place for something new: what stood there is freed, and its handle forgotten. */
static held *room(void) {
    held *place = any();
    for (int i = 0; i < 10 && place->lives; i++) {
        place = any();
    }
    for (int i = 0; i < 10 && is_engine(place) && draw(64) != 0; i++) {
        place = any();
    }
    if (place->lives && is_freed(place->kind)) {
        EXPECT(release_of(place->kind, place->handle) == BW_OK);
    }
    memset(place, 0, sizeof *place);
    return place;
}

static void keep(held *place, kind kind, uint64_t handle, const held *engine) {
    EXPECT(handle != 0);
    place->kind = kind;
    place->handle = handle;
    place->lives = 1;
    place->engine = engine == NULL ? 0 : engine->handle;
    place->revision = engine == NULL ? 0 : engine->revision;
}

static void create(void) {
    held *place = room();
    keep(place, ENGINE, engine_of(draw(4) == 0 ? REVOKED : POLICY), NULL);
    place->revision = 1;
    place->grants = ask(place->handle, "user:ana") == BW_ALLOW;
}

static void prepare_one(void) {
    held engine = *one_of(ENGINE);
    held *place = room();
    bw_groups groups;
    uint64_t handle = 7;
    kind kind = (enum kind)(SUBJECT + draw(4));
    memset(&groups, 0, sizeof groups);
    groups.is_known = 1;
    bw_status status =
        kind == SUBJECT ? bw_engine_subject(engine.handle, bw_text_of(NULL), bw_text_of("user:ana"), &groups, &handle, NULL)
        : kind == PERMISSION ? bw_engine_permission(engine.handle, bw_text_of("create"), bw_text_of("job"), &handle, NULL)
        : kind == SCOPE      ? bw_engine_scope(engine.handle, bw_text_of("acme/vision/detector"), &handle, NULL)
                             : bw_engine_cluster(engine.handle, bw_text_of("acme"), bw_text_of("west"), &handle, NULL);
    /* The place may have been the engine's own. */
    held *now = is_engine(&engine) ? find_engine(engine.handle) : NULL;
    EXPECT(status == (now == NULL ? BW_BAD_HANDLE : BW_OK));
    if (status == BW_OK) {
        keep(place, kind, handle, now);
    } else {
        EXPECT(handle == 0);
        n_bad++;
    }
}

static void check_names(void) {
    const held *engine = one_of(ENGINE);
    bw_request request = request_of("user:ana");
    bw_decision decision = BW_ALLOW;
    if (draw(8) == 0) {
        request.subject.len = draw(2) == 0 ? SIZE_MAX : BW_LENGTH_MAX + 1;
    }
    bw_status status = bw_check(engine->handle, &request, &decision);
    if (request.subject.len > 8) {
        EXPECT(status != BW_OK && decision == BW_DENY);
    } else if (is_engine(engine)) {
        EXPECT(status == BW_OK && decision == (engine->grants ? BW_ALLOW : BW_DENY));
        n_allowed += engine->grants;
    } else {
        EXPECT(status == BW_BAD_HANDLE && decision == BW_DENY);
        n_bad++;
    }
}

/* Returns what is said of a number where a question by a subject of an engine takes one of a kind. */
static bw_status status_of(const held *one, kind kind, const held *subject) {
    if (one->kind != kind) {
        return BW_BAD_HANDLE;
    }
    return one->engine == subject->engine && one->revision == subject->revision ? BW_OK : BW_STALE_HANDLE;
}

static void check_handles(void) {
    const held *subject = one_of(SUBJECT), *permission = one_of(PERMISSION), *scope = one_of(SCOPE);
    const held *cluster = draw(4) == 0 ? one_of(CLUSTER) : NULL;
    int lives = subject->kind == SUBJECT && subject->lives;
    const held *owner = lives ? find_engine(subject->engine) : NULL;
    bw_situation situation = bw_situation_at(NOW);
    bw_decision decision = BW_ALLOW, listed = BW_ALLOW;
    bw_prepared_request asked = {subject->handle, permission->handle, scope->handle, &situation};
    bw_status expected = !lives ? BW_BAD_HANDLE : owner == NULL || owner->revision != subject->revision ? BW_STALE_HANDLE : BW_OK;
    expected = expected == BW_OK ? status_of(permission, PERMISSION, subject) : expected;
    expected = expected == BW_OK ? status_of(scope, SCOPE, subject) : expected;
    if (cluster != NULL && cluster->handle != 0) {
        situation.cluster = cluster->handle;
        expected = expected == BW_OK ? status_of(cluster, CLUSTER, subject) : expected;
    }
    bw_status status = bw_subject_check(subject->handle, permission->handle, scope->handle, &situation, &decision);
    EXPECT(bw_check_prepared(subject->engine, &asked, 1, &listed, NULL) == status || owner == NULL);
    EXPECT(status == expected);
    if (status == BW_OK) {
        EXPECT(decision == (owner->grants ? BW_ALLOW : BW_DENY) && listed == decision);
        n_allowed += owner->grants;
    } else {
        EXPECT(decision == BW_DENY && listed == BW_DENY);
        n_stale += status == BW_STALE_HANDLE;
        n_bad += status == BW_BAD_HANDLE;
    }
}

static void reload(void) {
    held *engine = one_of(ENGINE);
    int grants = draw(2) == 0;
    bw_named_text text = named_text(grants ? POLICY : REVOKED);
    uint64_t revision = 7;
    bw_status status = bw_engine_replace(engine->handle, &text, 1, &revision, NULL);
    if (is_engine(engine)) {
        EXPECT(status == BW_OK && revision == engine->revision + 1);
        engine->revision = revision;
        engine->grants = grants;
    } else {
        EXPECT(status == BW_BAD_HANDLE && revision == 0);
    }
}

static void free_one(void) {
    held *victim = any();
    kind as = draw(10) == 0 ? (kind)draw(N_KINDS) : victim->kind;
    if (!is_freed(as)) {
        return;
    }
    bw_status status = release_of(as, victim->handle);
    if (victim->lives && as == victim->kind) {
        EXPECT(status == BW_OK);
        victim->lives = 0;
    } else {
        EXPECT(status == (victim->handle == 0 ? BW_OK : BW_BAD_HANDLE));
        n_bad += status == BW_BAD_HANDLE;
    }
}

static void explain(void) {
    const held engine = *one_of(ENGINE);
    bw_request request = request_of("user:ana");
    bw_details details = bw_details_init();
    uint64_t text = 7, rule = 7;
    bw_status status = bw_explain(engine.handle, &request, (bw_explain_form)draw(2), &text);
    EXPECT(status == (is_engine(&engine) ? BW_OK : BW_BAD_HANDLE));
    EXPECT(bw_check_rule(engine.handle, &request, &details, &rule) == status);
    if (status == BW_OK) {
        char buffer[8];
        size_t length = 0;
        EXPECT(bw_text_copy(text, buffer, draw(8), &length) == BW_BUFFER_TOO_SMALL && length > 8);
        keep(room(), TEXT, text, NULL);
        EXPECT((rule != 0) == engine.grants);
        EXPECT(bw_rule_free(rule) == BW_OK);
    }
}

static void change(void) {
    held *engine = one_of(ENGINE);
    const held *old = one_of(APPROVAL);
    bw_actor host = bw_actor_host();
    bw_change change = bw_change_at(NOW, (bw_edit)draw(26));
    bw_str name = bw_text_of("user:milo");
    change.subjects.names = &name;
    change.subjects.n_names = draw(3) == 0 ? SIZE_MAX : 1;
    uint64_t approval = 7, revision = 7;
    bw_status status = bw_approve(engine->handle, &host, &change, &approval, NULL);
    EXPECT(status == BW_OK || (approval == 0 && (status == BW_INVALID_ARGUMENT || status == BW_BAD_HANDLE)));
    if (old->kind == APPROVAL && old->lives && is_engine(engine)) {
        EXPECT(bw_apply(engine->handle, old->handle, &revision) == (revision == 0 ? BW_STALE_APPROVAL : BW_OK));
    }
    if (status == BW_OK) {
        EXPECT(is_engine(engine));
        revision = 7;
        bw_status applied = bw_apply(engine->handle, approval, &revision);
        EXPECT(applied == BW_OK || applied == BW_STALE_APPROVAL);
        EXPECT(bw_engine_revision(engine->handle, &engine->revision) == BW_OK);
        keep(room(), APPROVAL, approval, NULL);
    } else if (is_engine(engine)) {
        EXPECT(bw_engine_revision(engine->handle, &engine->revision) == BW_OK);
    }
}

static void fail_to_load(void) {
    bw_named_text text = named_text("roles: [");
    uint64_t engine = 7, error = 7;
    EXPECT(bw_engine_parse(&text, 1, &engine, &error) == BW_REFUSED && engine == 0);
    keep(room(), ERROR, error, NULL);
}

static int has_engine(void) {
    for (int i = 0; i < HELD_MAX; i++) {
        if (is_engine(&all[i])) {
            return 1;
        }
    }
    return 0;
}

static void step(void) {
    uint64_t drawn = draw(256);
    n_calls++;
    if (drawn == 0 || !has_engine()) {
        create();
    } else if (drawn < 3) {
        reload();
    } else if (drawn < 4) {
        fail_to_load();
    } else if (drawn < 6) {
        explain();
    } else if (drawn < 14) {
        change();
    } else if (drawn < 24) {
        free_one();
    } else if (drawn < 80) {
        prepare_one();
    } else if (drawn < 140) {
        check_names();
    } else {
        check_handles();
    }
}

int main(int n_arguments, char **arguments) {
    unsigned long long n = n_arguments < 2 ? 1000 : strtoull(arguments[1], NULL, 10);
    state = n_arguments < 3 ? 20261122 : strtoull(arguments[2], NULL, 10);
    EXPECT(n != 0 && state != 0);
    for (unsigned long long i = 0; i < n; i++) {
        for (int at = 0; at < STEPS; at++) {
            step();
        }
    }
    for (int i = 0; i < HELD_MAX; i++) {
        if (all[i].lives && is_freed(all[i].kind)) {
            EXPECT(release_of(all[i].kind, all[i].handle) == BW_OK);
        }
    }
    printf("%llu sequences, %llu calls: %llu allowed, %llu stale, %llu bad\n", n, n_calls, n_allowed, n_stale, n_bad);
    /* A run that met nothing tells nothing. */
    EXPECT(n < 100 || (n_allowed > n / 50 && n_stale > n / 1000 && n_bad > n / 10));
    return 0;
}
