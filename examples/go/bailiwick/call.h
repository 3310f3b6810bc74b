/*
 * What Go may not hand over: structs and arrays that point at its strings. They are built here, on C's stack, and are gone when the call returns. Go's strings
 * themselves are borrowed, without a copy.
 */

#include <stdlib.h>
#include <bailiwick.h>

/* A handle, or why there is none. */
typedef struct prepared {
    bw_status status;
    bw_reason reason;
    uint64_t handle;
} prepared;

/* An answer, or why there is none: then it is a denial. */
typedef struct answer {
    bw_status status;
    bw_decision decision;
} answer;

/* An answer with its details. */
typedef struct detailed {
    bw_status status;
    bw_details details;
} detailed;

/* A question by handles, without its situation. */
typedef struct question {
    bw_subject subject;
    bw_permission permission;
    bw_scope scope;
} question;

/* What a question borrows. */
typedef struct room {
    bw_str groups[BW_GROUPS_MAX];
    bw_attribute resource[BW_ATTRIBUTES_MAX], context[BW_ATTRIBUTES_MAX];
} room;

/* How many questions are handed on at once. */
enum { CHUNK = 256 };

/* An empty text is left out. */
static inline bw_str text_of(_GoString_ text) {
    bw_str string = { _GoStringLen(text) == 0 ? NULL : _GoStringPtr(text), _GoStringLen(text) };
    return string;
}

/* Takes the first text of those that pack() in texts.go put one behind another. */
static inline bw_str unpack(bw_str *packed) {
    size_t length = 0;
    for (int i = 7; 0 <= i; i--) {
        length = length << 8 | (unsigned char)packed->data[i];
    }
    bw_str first = { packed->data + 8, length };
    packed->data += 8 + length;
    packed->len -= 8 + length;
    return first;
}

static inline bw_status groups_of(_GoString_ packed, bw_str *into, bw_groups *groups) {
    size_t n = 0;
    for (bw_str rest = text_of(packed); rest.len != 0; n++) {
        if (n == BW_GROUPS_MAX) {
            return BW_TOO_MANY;
        }
        into[n] = unpack(&rest);
    }
    groups->names = into;
    groups->n_names = n;
    return BW_OK;
}

/* Names and values take turns. */
static inline bw_status attributes_of(_GoString_ packed, bw_attribute *into, bw_attributes *attributes) {
    size_t n = 0;
    for (bw_str rest = text_of(packed); rest.len != 0; n++) {
        if (n == BW_ATTRIBUTES_MAX) {
            return BW_TOO_MANY;
        }
        memset(&into[n], 0, sizeof into[n]);
        into[n].name = unpack(&rest);
        into[n].value.kind = BW_VALUE_TEXT;
        into[n].value.text = unpack(&rest);
    }
    attributes->entries = into;
    attributes->n_entries = n;
    return BW_OK;
}

static inline bw_status ask(room *room, bw_request *request, _GoString_ tenant, _GoString_ subject, int32_t knows_groups, _GoString_ groups,
                            _GoString_ action, _GoString_ kind, _GoString_ scope, _GoString_ cluster, _GoString_ resource, _GoString_ context) {
    request->tenant = text_of(tenant);
    request->subject = text_of(subject);
    request->groups.is_known = knows_groups;
    request->action = text_of(action);
    request->kind = text_of(kind);
    request->scope = text_of(scope);
    request->cluster = text_of(cluster);
    bw_status status = groups_of(groups, room->groups, &request->groups);
    if (status == BW_OK) {
        status = attributes_of(resource, room->resource, &request->resource);
    }
    return status != BW_OK ? status : attributes_of(context, room->context, &request->context);
}

static inline answer check(bw_engine engine, _GoString_ tenant, _GoString_ subject, int32_t knows_groups, _GoString_ groups, _GoString_ action,
                           _GoString_ kind, _GoString_ scope, _GoString_ cluster, _GoString_ resource, _GoString_ context, int64_t now) {
    room room;
    bw_request request = bw_request_at(now);
    answer answer = { BW_OK, BW_DENY };
    answer.status = ask(&room, &request, tenant, subject, knows_groups, groups, action, kind, scope, cluster, resource, context);
    if (answer.status == BW_OK) {
        answer.status = bw_check(engine, &request, &answer.decision);
    }
    return answer;
}

static inline detailed check_details(bw_engine engine, _GoString_ tenant, _GoString_ subject, int32_t knows_groups, _GoString_ groups,
                                     _GoString_ action, _GoString_ kind, _GoString_ scope, _GoString_ cluster, _GoString_ resource,
                                     _GoString_ context, int64_t now) {
    room room;
    bw_request request = bw_request_at(now);
    detailed answer = { BW_OK, bw_details_init() };
    answer.status = ask(&room, &request, tenant, subject, knows_groups, groups, action, kind, scope, cluster, resource, context);
    if (answer.status == BW_OK) {
        answer.status = bw_check_details(engine, &request, &answer.details);
    }
    return answer;
}

static inline bw_status situate(room *room, bw_situation *situation, bw_cluster cluster, _GoString_ resource, _GoString_ context) {
    situation->cluster = cluster;
    bw_status status = attributes_of(resource, room->resource, &situation->resource);
    return status != BW_OK ? status : attributes_of(context, room->context, &situation->context);
}

static inline answer check_handles(bw_subject subject, bw_permission permission, bw_scope scope, bw_cluster cluster, _GoString_ resource,
                                   _GoString_ context, int64_t now) {
    room room;
    bw_situation situation = bw_situation_at(now);
    answer answer = { BW_OK, BW_DENY };
    answer.status = situate(&room, &situation, cluster, resource, context);
    if (answer.status == BW_OK) {
        answer.status = bw_subject_check(subject, permission, scope, &situation, &answer.decision);
    }
    return answer;
}

/* Decisions are the caller's, and denials where something is wrong; the status is the first that is not BW_OK. */
static inline bw_status check_many(bw_engine engine, bw_cluster cluster, _GoString_ resource, _GoString_ context, int64_t now,
                                   const question *questions, size_t n, bw_decision *decisions, bw_reason *reasons) {
    room room;
    bw_prepared_request asked[CHUNK];
    bw_situation situation = bw_situation_at(now);
    bw_status status = situate(&room, &situation, cluster, resource, context);
    if (status != BW_OK) {
        return status;
    }
    for (size_t at = 0; at < n; at += CHUNK) {
        size_t n_now = n - at < CHUNK ? n - at : CHUNK;
        for (size_t i = 0; i < n_now; i++) {
            question next = questions[at + i];
            bw_prepared_request request = { next.subject, next.permission, next.scope, &situation };
            asked[i] = request;
        }
        bw_status some = bw_check_prepared(engine, asked, n_now, decisions + at, reasons == NULL ? NULL : reasons + at);
        status = status == BW_OK ? some : status;
    }
    return status;
}

/* Makes an array of texts that were packed, to be freed; NULL where there is no memory. */
static inline bw_str *array_of(_GoString_ packed, size_t *n) {
    *n = 0;
    for (bw_str rest = text_of(packed); rest.len != 0; ++*n) {
        unpack(&rest);
    }
    bw_str *texts = (bw_str *)calloc(*n + 1, sizeof *texts), *next = texts;
    for (bw_str rest = text_of(packed); texts != NULL && rest.len != 0;) {
        *next++ = unpack(&rest);
    }
    return texts;
}

static inline prepared prepare_subject(bw_engine engine, _GoString_ tenant, _GoString_ subject, int32_t knows_groups, _GoString_ groups) {
    prepared prepared = { BW_TOO_MANY, BW_REASON_INVALID_REQUEST, 0 };
    bw_groups listed = { knows_groups, 0, NULL };
    bw_str *names = array_of(groups, &listed.n_names);
    listed.names = names;
    if (names != NULL) {
        prepared.status = bw_engine_subject(engine, text_of(tenant), text_of(subject), &listed, &prepared.handle, &prepared.reason);
    }
    free(names);
    return prepared;
}

static inline prepared prepare_permission(bw_engine engine, _GoString_ action, _GoString_ kind) {
    prepared prepared = { BW_OK, BW_REASON_INVALID_REQUEST, 0 };
    prepared.status = bw_engine_permission(engine, text_of(action), text_of(kind), &prepared.handle, &prepared.reason);
    return prepared;
}

static inline prepared prepare_scope(bw_engine engine, _GoString_ path) {
    prepared prepared = { BW_OK, BW_REASON_INVALID_REQUEST, 0 };
    prepared.status = bw_engine_scope(engine, text_of(path), &prepared.handle, &prepared.reason);
    return prepared;
}

static inline prepared prepare_cluster(bw_engine engine, _GoString_ tenant, _GoString_ name) {
    prepared prepared = { BW_OK, BW_REASON_INVALID_REQUEST, 0 };
    prepared.status = bw_engine_cluster(engine, text_of(tenant), text_of(name), &prepared.handle, &prepared.reason);
    return prepared;
}

static inline bw_status load(_GoString_ paths, bw_engine *engine, bw_error *error) {
    size_t n = 0;
    bw_str *names = array_of(paths, &n);
    bw_status status = names == NULL ? BW_TOO_MANY : bw_engine_load(names, n, engine, error);
    free(names);
    return status;
}

static inline bw_status reload(bw_engine engine, _GoString_ paths, uint64_t *revision, bw_error *error) {
    size_t n = 0;
    bw_str *names = array_of(paths, &n);
    bw_status status = names == NULL ? BW_TOO_MANY : bw_engine_reload(engine, names, n, revision, error);
    free(names);
    return status;
}
