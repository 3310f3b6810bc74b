module example/scheduler

go 1.19
