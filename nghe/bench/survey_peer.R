# The same work in R's survey package, for survey_suite.py: CPU seconds of one call each.
suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]
read <- function(size) {
  columns <- c("stratum", "commune", "sex", "age", "area", "q1", "q4", "q5", "q6")
  path <- function(name) file.path(folder, paste0(size, "_", name))
  n <- file.size(path("w")) / 8
  d <- as.data.frame(lapply(setNames(columns, columns), function(name) readBin(path(name), "integer", n)))
  d$w <- readBin(path("w"), "double", n)
  for (name in c("sex", "age", "area", "q1", "q4", "q5", "q6")) d[[name]] <- factor(d[[name]])
  d
}
cpu <- function(e) sum(system.time(e, gcFirst = TRUE)[c("user.self", "sys.self")])
d <- read("large")
design <- svydesign(id = ~commune, strata = ~stratum, weights = ~w, nest = TRUE, data = d)
cat("one_way", cpu(for (q in c("q1", "q4", "q6")) { m <- svymean(as.formula(paste0("~", q)), design); confint(m, df = degf(design)) }) / 3, "\n")
cat("banner", cpu(for (b in c("sex", "area")) { m <- svyby(~q6, as.formula(paste0("~", b)), design, svymean); confint(m, df = degf(design)) }) / 2, "\n")
lines <- strsplit(readLines(file.path(folder, "margins")), " ")
margins <- lapply(lines, function(x) as.formula(paste0("~", x[1])))
targets <- lapply(lines, function(x) { t <- data.frame(levels(d[[x[1]]]), as.numeric(x[-1])); names(t) <- c(x[1], "Freq"); t })
cat("raking", cpu(calibrate(design, margins, targets, calfun = "raking", epsilon = 1e-10, maxit = 500)), "\n")
rm(design, d); invisible(gc())
d <- read("small")
boot <- as.svrepdesign(svydesign(id = ~commune, strata = ~stratum, weights = ~w, nest = TRUE, data = d), type = "subbootstrap", replicates = 500)
cat("bootstrap", cpu(for (q in c("q1", "q4", "q6")) { m <- svymean(as.formula(paste0("~", q)), boot); confint(m) }) / 3, "\n")
