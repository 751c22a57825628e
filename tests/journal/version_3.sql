-- A journal as version 3 of its schema wrote it. Never edited: later versions must find every row.
PRAGMA application_id = 1481786442;
CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,
    told TEXT NOT NULL,
    csv BLOB,
    all_found INTEGER NOT NULL DEFAULT 0,
    end TEXT NOT NULL DEFAULT ''
, revision INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0);
INSERT INTO "batch" VALUES(1,'2026-01-02T03:04:05','{"name": "ward", "model_id": "dlh-covid-1", "model_name": "DLH_COVID", "model_version": "1.0", "model_sha256": "ab12", "classes": ["COVID19", "NORMAL", "PNEUMONIA"], "preprocessing": {"size": 224, "detail": 0, "framing": "centre_crop", "contrast": "none", "low_percentile": 1.0, "high_percentile": 99.0}, "override": false, "watch": false}',X'2F6F75742F7461626C652E637376',1,'',7,0);
CREATE TABLE film (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    label TEXT,
    seconds REAL,
    device TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    warnings TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    path BLOB NOT NULL,
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
    UNIQUE (batch, path)
);
INSERT INTO "film" VALUES(1,1,1,'read','PNEUMONIA',0.0412,'cpu','cd34','[{"code": "lateral", "severity": "warning", "message": "This may be a lateral view.", "hint": "Look at the film."}]','',X'2F776172642F612E64636D','a.dcm','/ward','lateral
this may be a lateral view.
look at the film.');
INSERT INTO "film" VALUES(2,1,2,'failed',NULL,0.25,'cpu','','','{"code": "film_truncated", "message": "The film is cut short.", "hint": "Copy it again."}',X'2F776172642F622E706E67','b.png','/ward','film_truncated
the film is cut short.
copy it again.');
INSERT INTO "film" VALUES(3,1,3,'refused',NULL,0.25,'cpu','','','{"code": "no_chest", "message": "No chest film: this is a CT slice.", "hint": "Choose another film."}',X'2F776172642F632E64636D','c.dcm','/ward','no_chest
no chest film: this is a ct slice.
choose another film.');
INSERT INTO "film" VALUES(4,1,4,'waiting',NULL,NULL,'','','','',X'2F776172642F642E64636D','d.dcm','/ward','');
CREATE TABLE heatmap (
    film INTEGER NOT NULL REFERENCES film ON DELETE CASCADE,
    place INTEGER NOT NULL,
    class_name TEXT NOT NULL,
    method TEXT NOT NULL,
    height INTEGER NOT NULL,
    width INTEGER NOT NULL,
    coarse BLOB NOT NULL,
    PRIMARY KEY (film, place)
) WITHOUT ROWID;
INSERT INTO "heatmap" VALUES(1,0,'COVID19','Grad-CAM',2,2,X'00FF3366');
INSERT INTO "heatmap" VALUES(1,1,'NORMAL','Grad-CAM',2,2,X'00FF3366');
INSERT INTO "heatmap" VALUES(1,2,'PNEUMONIA','Grad-CAM',2,2,X'00FF3366');
CREATE TABLE identity (
        film INTEGER PRIMARY KEY REFERENCES film ON DELETE CASCADE,
        patient TEXT,
        study TEXT,
        told TEXT NOT NULL
    );
INSERT INTO "identity" VALUES(2,'müller^änne 4711','20210715 thorax im liegen a-9','{"patient_name": "M\u00fcller^\u00c4nne", "patient_id": "4711", "birth_date": "19500101", "sex": "F", "study_date": "20210715", "study_description": "Thorax im Liegen", "accession_number": "A-9", "institution": "Mercy"}');
CREATE TABLE opinion (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        path BLOB NOT NULL,
        label TEXT NOT NULL,
        model_id TEXT NOT NULL,
        model_name TEXT NOT NULL,
        model_version TEXT NOT NULL,
        model_sha256 TEXT NOT NULL,
        predicted TEXT,
        probabilities TEXT NOT NULL,
        given TEXT NOT NULL,
        counts INTEGER NOT NULL DEFAULT 1
    );
INSERT INTO "opinion" VALUES(1,'cd34',X'2F776172642F612E64636D','NORMAL','','','','',NULL,'','2026-11-27T15:03:48',1);
CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
    path BLOB NOT NULL
);
INSERT INTO "place" VALUES(1,1,X'2F77617264');
INSERT INTO "place" VALUES(2,1,X'2F6364');
CREATE TABLE probability (
    film INTEGER NOT NULL REFERENCES film ON DELETE CASCADE,
    place INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (film, place)
) WITHOUT ROWID;
INSERT INTO "probability" VALUES(1,0,0.06);
INSERT INTO "probability" VALUES(1,1,0.03);
INSERT INTO "probability" VALUES(1,2,0.91);
CREATE TABLE skipped (
    batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
    path BLOB NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (batch, path)
);
INSERT INTO "skipped" VALUES(1,X'2F776172642F652E747874','"a text"');
CREATE TABLE tally (
    batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
    state TEXT NOT NULL,
    label TEXT NOT NULL,
    films INTEGER NOT NULL,
    PRIMARY KEY (batch, state, label)
) WITHOUT ROWID;
INSERT INTO "tally" VALUES(1,'failed','',1);
INSERT INTO "tally" VALUES(1,'read','PNEUMONIA',1);
INSERT INTO "tally" VALUES(1,'refused','',1);
INSERT INTO "tally" VALUES(1,'skipped','',1);
INSERT INTO "tally" VALUES(1,'waiting','',1);
CREATE TABLE thumbnail (film INTEGER PRIMARY KEY REFERENCES film ON DELETE CASCADE, jpeg BLOB NOT NULL);
INSERT INTO "thumbnail" VALUES(1,X'6A706567');
CREATE INDEX place_of_batch ON place (batch);
CREATE INDEX film_of_batch ON film (batch);
CREATE INDEX film_waiting ON film (batch) WHERE state = 'waiting';
CREATE INDEX film_content ON film (batch, sha256) WHERE sha256 <> '';
CREATE TRIGGER film_comes AFTER INSERT ON film BEGIN
    INSERT INTO tally VALUES (new.batch, new.state, coalesce(new.label, ''), 1)
        ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
END;
CREATE TRIGGER film_changes AFTER UPDATE OF state, label ON film BEGIN
    UPDATE tally SET films = films - 1
        WHERE batch = old.batch AND state = old.state AND label = coalesce(old.label, '');
    INSERT INTO tally VALUES (new.batch, new.state, coalesce(new.label, ''), 1)
        ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
END;
CREATE TRIGGER file_skipped AFTER INSERT ON skipped BEGIN
    INSERT INTO tally VALUES (new.batch, 'skipped', '', 1)
        ON CONFLICT (batch, state, label) DO UPDATE SET films = films + 1;
END;
CREATE VIEW kept AS SELECT * FROM batch WHERE removed = 0;
CREATE UNIQUE INDEX opinion_that_counts ON opinion (sha256) WHERE counts = 1;
CREATE INDEX opinion_of_film ON opinion (sha256, model_sha256);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('batch',1);
INSERT INTO "sqlite_sequence" VALUES('film',4);
PRAGMA user_version = 3;
