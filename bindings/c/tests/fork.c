/* Forks while other threads are in the middle of everything: the child goes on, alone. */

#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

static bw_engine engine;
static _Atomic int is_over;

static void *busy(void *argument) {
    (void)argument;
    while (!is_over) {
        prepared handles = prepare(engine, "user:ana");
        bw_decision decision = BW_DENY;
        EXPECT(ask_prepared(handles, &decision) == BW_OK && decision == BW_ALLOW);
        release(handles);
    }
    return NULL;
}

static void child(prepared inherited) {
    bw_decision decision = BW_DENY;
    uint64_t revision = 0;
    alarm(20);
    EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    EXPECT(ask_prepared(inherited, &decision) == BW_OK && decision == BW_ALLOW);
    for (int i = 0; i < 100; i++) {
        prepared own = prepare(engine, "user:ana");
        EXPECT(ask_prepared(own, &decision) == BW_OK && decision == BW_ALLOW);
        release(own);
    }
    bw_named_text text = named_text(REVOKED);
    EXPECT(bw_engine_replace(engine, &text, 1, &revision, NULL) == BW_OK && revision == 2);
    EXPECT(ask(engine, "user:ana") == BW_DENY);
    EXPECT(ask_prepared(inherited, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    release(inherited);
    EXPECT(bw_engine_free(engine) == BW_OK);
    _exit(0);
}

int main(int n_arguments, char **arguments) {
    int n = n_arguments < 2 ? 20 : atoi(arguments[1]);
    pthread_t threads[3];
    engine = engine_of(POLICY);
    prepared handles = prepare(engine, "user:ana");
    for (int i = 0; i < 3; i++) {
        EXPECT(pthread_create(&threads[i], NULL, busy, NULL) == 0);
    }
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();
        EXPECT(pid >= 0);
        if (pid == 0) {
            child(handles);
        }
        int status = 1;
        EXPECT(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    }
    is_over = 1;
    for (int i = 0; i < 3; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0);
    }
    release(handles);
    EXPECT(bw_engine_free(engine) == BW_OK);
    return 0;
}
