//! Receiving an upload into its job's folder: a form with a file, or the file itself.

use crate::app::App;
use crate::asked::Asked;
use crate::problem::Problem;
use crate::store::Part;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use futures_util::StreamExt as _;
use std::path::Path;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// Characters of a file's name that are kept.
const MOST_NAME: usize = 120;
/// Bytes that are read of a body that is refused.
const MOST_DISCARDED: u64 = 32 << 20;
/// Bytes of a field of a form that is no file.
const MOST_FIELD: u64 = 10_000;

/// How long the service waits for the next bytes of an upload.
const STALLED: Duration = Duration::from_secs(30);

/// Waits no longer than that: who sends nothing more must not keep others from sending.
async fn timely<T>(most: Duration, next: impl Future<Output = T>) -> Result<T, Problem> {
    let late = |_| Problem::stalled(format!("nothing of the upload came for {} seconds", most.as_secs()));
    tokio::time::timeout(most, next).await.map_err(late)
}

/// The names of what was sent, in the folders of their parts.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) plots: String,
    pub(crate) regions: Option<String>,
    pub(crate) answers: Option<String>,
}

/// Writes a request's files into a job's folders and says their names there; options among the fields of a form are added
/// to `asked`.
pub(crate) async fn receive(app: &App, request: Request, id: &str, asked: &mut Asked) -> Result<Received, Problem> {
    let most = app.options.limits.body_bytes;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    if let Some(length) = request.headers().get(header::CONTENT_LENGTH)
        && length.to_str().ok().and_then(|length| length.parse().ok()).is_some_and(|length: u64| length > most)
    {
        discard(request).await;
        return Err(too_large(most));
    }
    if kind.starts_with("multipart/form-data") {
        return from_form(app, request, id, asked).await;
    }
    let name = match asked.name.as_deref() {
        Some(name) => safe_name(name),
        None if kind.contains("json") => "plots.geojson".to_owned(),
        None => {
            let message =
                "send a form with a file, GeoJSON as application/geo+json, or any other format with ?name=FILE";
            // Such bytes may be sent, if only they had a name.
            let is_allowed = kind.starts_with("application/octet-stream");
            return Err(if is_allowed { Problem::unusable(message) } else { Problem::bad_request(message) });
        }
    };
    let mut file = create(&app.store.uploads(id, Part::Plots), &name).await?;
    let mut left = most;
    let mut body = body_of(request);
    while let Some(chunk) = timely(STALLED, body.next()).await? {
        let chunk = chunk.map_err(|_| broken_off())?;
        put(&mut file, &chunk, &mut left, most).await?;
    }
    file.flush().await.map_err(unwritten)?;
    Ok(Received { plots: name, ..Received::default() })
}

/// The body of a request that may have so many bytes.
pub(crate) async fn whole_body(request: Request, most: usize) -> Result<Bytes, Problem> {
    let (mut bytes, mut body) = (Vec::new(), body_of(request));
    while let Some(chunk) = timely(STALLED, body.next()).await? {
        bytes.extend_from_slice(&chunk.map_err(|_| broken_off())?);
        if bytes.len() > most {
            return Err(Problem::too_large(format!("more than {} MB: send it in parts", most >> 20)));
        }
    }
    Ok(bytes.into())
}

/// Reads what a client sends before it listens: without that it would see a broken connection and not the answer.
async fn discard(request: Request) {
    let (mut body, mut left) = (body_of(request), MOST_DISCARDED);
    while let Ok(Some(Ok(chunk))) = timely(STALLED, body.next()).await {
        let Some(less) = left.checked_sub(chunk.len() as u64) else { break };
        left = less;
    }
}

fn body_of(request: Request) -> impl futures_util::Stream<Item = Result<Bytes, axum::Error>> + Unpin {
    let body: Body = request.into_body();
    body.into_data_stream()
}

async fn from_form(app: &App, request: Request, id: &str, asked: &mut Asked) -> Result<Received, Problem> {
    let most = app.options.limits.body_bytes;
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error| Problem::bad_request(error.body_text()))?;
    // All files together are one upload.
    let (mut names, mut left) = ([const { None }; Part::ALL.len()], most);
    while let Some(mut field) = timely(STALLED, form.next_field()).await?.map_err(in_form)? {
        let option = field.name().unwrap_or_default().to_owned();
        let Some(called) = field.file_name().map(safe_name) else {
            let value = text_of(&mut field).await?;
            asked.set(&option, &value)?;
            continue;
        };
        let part = match option.as_str() {
            "regions" => Part::Regions,
            "answers" => Part::Answers,
            _ => Part::Plots,
        };
        let name: &mut Option<String> = &mut names[part as usize];
        if name.is_some() {
            let message = match part {
                Part::Plots => "the form has two files of plots: send one, or one archive",
                Part::Regions => "the form has two files of regions: send one",
                Part::Answers => "the form has two files of answers: send one",
            };
            return Err(Problem::bad_request(message));
        }
        let mut file = create(&app.store.uploads(id, part), &called).await?;
        while let Some(chunk) = timely(STALLED, field.chunk()).await?.map_err(in_form)? {
            put(&mut file, &chunk, &mut left, most).await?;
        }
        file.flush().await.map_err(unwritten)?;
        *name = Some(called);
    }
    let [plots, regions, answers] = names;
    let plots = plots.ok_or_else(|| {
        Problem::bad_request("the form has no file: give one with a name, such as -F file=@plots.geojson")
    })?;
    Ok(Received { plots, regions, answers })
}

async fn text_of(field: &mut Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = timely(STALLED, field.chunk()).await?.map_err(in_form)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MOST_FIELD {
            return Err(Problem::too_large(format!("a field of the form has more than {MOST_FIELD} bytes")));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::bad_request("a field of the form is no text in UTF-8"))
}

async fn create(folder: &Path, name: &str) -> Result<File, Problem> {
    File::create(folder.join(name)).await.map_err(unwritten)
}

async fn put(file: &mut File, chunk: &[u8], left: &mut u64, most: u64) -> Result<(), Problem> {
    *left = left.checked_sub(chunk.len() as u64).ok_or_else(|| too_large(most))?;
    file.write_all(chunk).await.map_err(unwritten)
}

fn too_large(most: u64) -> Problem {
    Problem::too_large(format!("more than {} MB: send the plots in parts, or zipped", most >> 20))
}

fn unwritten(error: std::io::Error) -> Problem {
    Problem::unavailable(format!("the upload cannot be kept: {}", error.kind()))
}

fn broken_off() -> Problem {
    Problem::bad_request("the upload was broken off")
}

fn in_form(error: MultipartError) -> Problem {
    Problem::bad_request(format!("the form cannot be read: {}", error.body_text()))
}

/// A file's name without its folders and without what no file system likes; its ending says its format.
fn safe_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || ".-_ ()".contains(c) { c } else { '_' })
        .collect::<String>()
        .trim_start_matches('.')
        .trim()
        .to_owned();
    let count = kept.chars().count();
    // The ending is what must stay.
    let kept: String = kept.chars().skip(count.saturating_sub(MOST_NAME)).collect();
    if kept.is_empty() { "plots".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_nothing_is_not_waited_for() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let never = std::future::pending::<()>();
        let late = runtime.block_on(timely(Duration::from_millis(5), never)).unwrap_err();
        assert!(late.detail().starts_with("nothing of the upload came"), "{}", late.detail());
        assert_eq!(runtime.block_on(timely(STALLED, async { 7 })).ok(), Some(7));
    }

    #[test]
    fn a_name_keeps_its_ending_and_loses_its_way_out() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\Users\\ana\\parcelas ñ.geojson"), "parcelas ñ.geojson");
        assert_eq!(safe_name("a|layername=b.gpkg"), "a_layername_b.gpkg");
        assert_eq!(safe_name(".."), "plots");
        assert!(safe_name(&format!("{}.csv", "x".repeat(500))).ends_with("x.csv"));
    }
}
