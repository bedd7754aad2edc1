DROP TABLE internet_requests;
DROP TABLE chat_internet;
