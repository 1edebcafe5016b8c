//! Jobs: many at once, stopped ones, and those of a service that was killed.

use crate::common;
use crate::same_rows::{TABLES, run_of};
use crate::service::{Service, one_plot};
use serde_json::Value;
use std::time::Duration;

#[test]
fn of_fifty_uploads_at_once_none_is_lost_or_mixed_up() {
    let service = Service::start(&[]);
    let expected: Vec<Value> = (0..50)
        .map(|step| {
            let answer = service.post("/screenings?id=codigo", one_plot(&format!("plot-{step}"), step).as_bytes());
            answer.json()["plots"]["features"][0].clone()
        })
        .collect();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let ask = |step: u32| {
            let service = &service;
            scope.spawn(move || {
                let plot = one_plot(&format!("plot-{step}"), step);
                let answer = service.post("/screenings?id=codigo", plot.as_bytes());
                assert_eq!(answer.status, 200, "{}", answer.text());
                answer.json()
            })
        };
        let threads: Vec<_> = (0..50).map(ask).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (step, (answer, expected)) in answers.iter().zip(&expected).enumerate() {
        assert_eq!(&answer["plots"]["features"][0], expected);
        assert_eq!(expected["properties"]["plot_id"], format!("plot-{step}"));
    }
    let mut ids: Vec<&str> = answers.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 50);
}

#[test]
fn a_job_tells_how_far_it_is_until_it_is_done() {
    let service = Service::start(&[]);
    let plots = std::fs::read(common::fixture("landscape/plots.geojson")).unwrap();
    let answer = service.post("/screenings?wait=no", &plots);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let (told, id) = (answer.json(), answer.json()["id"].as_str().unwrap().to_owned());
    assert_eq!((&told["features"], answer.headers["location"].as_str()), (&2000.into(), &*format!("/screenings/{id}")));
    let events = service.get(&format!("/screenings/{id}/events"));
    assert_eq!(events.headers["content-type"], "text/event-stream");
    let text = events.text();
    let last: Vec<&str> = text.trim().rsplit("\n\n").next().unwrap().lines().collect();
    assert_eq!(last[0], "event: done", "{text}");
    let last: Value = serde_json::from_str(last[1].strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((&last["summary"]["plots"], &last["problem"]), (&2000.into(), &Value::Null));
    let files: Vec<&str> = last["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert!(files.contains(&"plots.parquet") && files.contains(&"report.html"), "{files:?}");
}

#[test]
fn a_job_is_stopped_and_one_that_has_ended_is_removed() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(&["--data", &data.path().display().to_string()]);
    let plots = std::fs::read(common::fixture("landscape/plots.geojson")).unwrap();
    // The first is in the way of the second.
    let begin = || service.post("/screenings?wait=no", &plots).json()["id"].as_str().unwrap().to_owned();
    let (first, second) = (begin(), begin());
    let stopped = service.delete(&format!("/screenings/{second}"));
    assert_eq!((stopped.status, &stopped.json()["state"]), (200, &"cancelled".into()));
    assert!(service.get(&format!("/screenings/{second}/files/plots.csv")).problem(409).contains("no result"));
    assert_eq!(service.wait(&first)["state"], "done");
    assert!(!data.path().join(&first).join("upload").exists(), "the upload is removed when it is done with");
    assert_eq!(service.delete(&format!("/screenings/{first}")).status, 204);
    service.get(&format!("/screenings/{first}")).problem(404);
    assert!(!data.path().join(&first).exists());
}

#[test]
fn a_queue_that_is_full_says_so() {
    let service = Service::start(&["--max-waiting", "1"]);
    let plots = std::fs::read(common::fixture("landscape/plots.geojson")).unwrap();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let answer = service.post("/screenings?wait=no", &plots);
                    if answer.status != 202 {
                        assert!(answer.problem(429).contains("1 screenings wait already"));
                        assert_eq!(answer.headers["retry-after"], "10");
                    }
                    answer.status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.contains(&202) && answers.contains(&429), "{answers:?}");
}

#[test]
fn jobs_of_a_service_that_was_killed_are_done_by_the_next_one_to_the_same_bytes() {
    let plots = common::fixture("landscape/plots.geojson");
    let (_folder, run) = run_of(&plots, &["--id", "codigo"]);
    let data = tempfile::tempdir().unwrap();
    // Whatever has more than a hundred plots is gone on with from where it was.
    let options = ["--data", &data.path().display().to_string(), "--quick-features", "100"];
    let service = Service::start(&options);
    let bytes = std::fs::read(&plots).unwrap();
    let ids: Vec<String> = (0..4)
        .map(|_| service.post("/screenings?id=codigo&wait=no", &bytes).json()["id"].as_str().unwrap().to_owned())
        .collect();
    std::thread::sleep(Duration::from_millis(150));
    service.kill();
    let service = Service::start(&options);
    for id in &ids {
        let told = service.wait(id);
        assert_eq!(told["state"], "done", "{told}");
        for table in TABLES {
            assert!(service.file(id, table) == std::fs::read(run.join(table)).unwrap(), "{table} differs");
        }
    }
    // What was done before stays done.
    service.kill();
    let service = Service::start(&options);
    assert_eq!(service.get(&format!("/screenings/{}", ids[0])).json()["state"], "done");
}

#[test]
fn a_screening_that_takes_too_long_is_stopped_and_says_so() {
    let service = Service::start(&["--max-minutes", "0"]);
    let plots = std::fs::read(common::fixture("landscape/plots.geojson")).unwrap();
    let answer = service.post("/screenings", &plots);
    assert!(answer.problem(504).contains("may take 0 minutes here"), "{}", answer.text());
}

#[test]
fn results_go_when_they_were_kept_for_long_enough() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().display().to_string();
    let service = Service::start(&["--data", &folder]);
    let id = service.post("/screenings", one_plot("A", 0).as_bytes()).json()["id"].as_str().unwrap().to_owned();
    service.kill();
    // As if it had ended long ago.
    let record = data.path().join(&id).join("job.json");
    let mut told: Value = serde_json::from_slice(&std::fs::read(&record).unwrap()).unwrap();
    told["ended"] = 1_000_000.into();
    std::fs::write(&record, told.to_string()).unwrap();
    let service = Service::start(&["--data", &folder, "--keep-hours", "1"]);
    service.get(&format!("/screenings/{id}")).problem(404);
    assert!(!data.path().join(&id).exists());
}
